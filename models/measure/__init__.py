from . import engine
from . import performance_period
from . import kpi
from . import run
from . import reading
from . import cleaning
from . import acceptance
from . import complaint
