from . import scheme, scorecard, quadrant, balance, health, objective, sandbox
