from . import performance_scorecard
from . import performance_scorecard_line
from . import performance_kpi
from . import performance_measurement
from . import performance_reading
from . import performance_period
from . import hr_employee
from . import hr_employee_public
