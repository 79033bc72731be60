from . import performance_improvement_plan
from . import performance_improvement_plan_workflow
from . import performance_improvement_action
from . import performance_improvement_checkin
from . import performance_appraisal
from . import hr_employee
from . import hr_employee_public
