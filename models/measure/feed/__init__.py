from . import feed_source
from . import performance_complaint_feed
from . import performance_complaint_feed_run
from . import performance_complaint
