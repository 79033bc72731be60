from . import performance_scheme
