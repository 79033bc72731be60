from . import acceptance
from . import voice
