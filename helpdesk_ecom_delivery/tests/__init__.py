from . import test_address
from . import test_tracking
