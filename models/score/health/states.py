"""The states of a customer's health, from the worst to the best."""

HEALTH_STATES = [
    ("none", "No Score"),
    ("critical", "Critical"),
    ("at_risk", "At Risk"),
    ("fair", "Fair"),
    ("healthy", "Healthy"),
]
