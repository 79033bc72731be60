from . import clusters
from . import performance_incident_rule
from . import performance_incident
from . import performance_incident_find
