from . import performance_scheme
from . import performance_scenario
from . import performance_scenario_result
from . import performance_scenario_adopt
from . import performance_scenario_line
