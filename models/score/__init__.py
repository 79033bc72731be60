from . import scheme, scorecard, quadrant, balance, objective, sandbox
