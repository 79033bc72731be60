from . import performance_kpi
from . import performance_scheme
