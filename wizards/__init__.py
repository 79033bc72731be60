from . import performance_reason_wizard
