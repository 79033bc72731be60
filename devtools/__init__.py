"""The parts of ./dev: standard library only, one responsibility per file."""
