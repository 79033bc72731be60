from . import scheme, scorecard, quadrant, balance, sandbox, health, objective
