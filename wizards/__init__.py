from . import performance_reason_wizard
from . import performance_scorecard_wizard
from . import performance_leave_out_wizard
from . import performance_leave_out_line
from . import performance_evidence_wizard
from . import performance_hold_wizard
from . import performance_kpi_preview
from . import performance_kpi_preview_line
