from . import performance_cleaning_rule
from . import performance_cleaning_definition
from . import performance_kpi_cleaning
from . import performance_exclusion
from . import performance_exclusion_workflow
from . import performance_reading_cleaning
