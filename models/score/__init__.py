from . import scheme, scorecard, sandbox
