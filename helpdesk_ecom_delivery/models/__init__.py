from . import helpdesk_order_action_label
from . import helpdesk_ticket
from . import stock_picking
