from . import performance_service_standard
from . import crm_lead
from . import res_partner
from . import performance_complaint
