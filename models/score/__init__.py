from . import scheme, scorecard, sandbox, health
