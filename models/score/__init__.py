from . import scheme, scorecard
