from . import ir_actions_report
from . import performance_document_mixin
from . import res_company
from . import performance_appraisal
from . import performance_bonus_statement
from . import performance_scorecard
from . import performance_scheme
