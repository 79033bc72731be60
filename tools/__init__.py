"""Pure Python: arithmetic of periods, scores and money, without ORM."""
