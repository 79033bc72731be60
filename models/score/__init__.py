from . import objective, scheme, scorecard
