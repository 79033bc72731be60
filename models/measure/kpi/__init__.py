from . import performance_kpi
from . import performance_kpi_definition
from . import performance_kpi_formula
from . import performance_kpi_measuring
from . import performance_kpi_builder
from . import performance_kpi_preview
from . import performance_kpi_secrets
from . import performance_kpi_version
