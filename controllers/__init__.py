from . import acceptance
from . import complaint
