from . import test_architecture
from . import test_tools_rating
from . import test_review_cycle
from . import test_review_privacy
from . import test_review_reminder
from . import test_review_verdict
from . import test_review_views
from . import test_review_workflow
