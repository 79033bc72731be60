from . import performance_reason_wizard
from . import performance_scorecard_wizard
