from . import decision
from . import performance_acceptance
from . import performance_acceptance_workflow
from . import performance_acceptance_portal
from . import performance_acceptance_paper
from . import crm_lead
