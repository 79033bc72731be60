from . import mail_activity_type
from . import crm_lead
from . import performance_interaction
from . import res_partner
from . import res_partner_facts
from . import res_partner_move
from . import res_partner_renewals
from . import base_partner_merge
