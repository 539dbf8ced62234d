from . import repair_order
from . import sale_order_line
from . import helpdesk_order_action
from . import helpdesk_ticket
