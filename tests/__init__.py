from . import test_architecture
from . import test_reports_letterhead
from . import test_reports_appraisal
from . import test_reports_bonus
from . import test_reports_download
