from . import guards
from . import workflow
from . import performance_workflow_mixin
from . import performance_subject_mixin
from . import performance_customer_fact_mixin
from . import performance_secret_link_mixin
from . import res_company
from . import res_config_settings
