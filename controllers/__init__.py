from . import acceptance
from . import voice
from . import complaint
from . import complaint_form
