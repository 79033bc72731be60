from . import acceptance
from . import voice
from . import complaint
