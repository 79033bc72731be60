from . import performance_journey
from . import performance_journey_step
from . import performance_journey_step_facts
from . import performance_journey_visit
from . import crm_lead
from . import res_partner
