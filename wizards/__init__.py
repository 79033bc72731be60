from . import performance_reason_wizard
from . import performance_scorecard_wizard
from . import performance_evidence_wizard
from . import performance_hold_wizard
from . import performance_kpi_preview
from . import performance_kpi_preview_line
