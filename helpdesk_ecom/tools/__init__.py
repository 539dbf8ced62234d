from . import refund_math
from . import order_reference
from . import working_time
