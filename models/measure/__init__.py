from . import records_engine
from . import performance_period
from . import performance_kpi
from . import performance_kpi_measuring
from . import performance_measurement
from . import performance_reading
from . import performance_reading_store
