from . import test_architecture
from . import test_reports_letterhead
