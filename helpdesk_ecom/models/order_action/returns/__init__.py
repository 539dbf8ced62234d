from . import helpdesk_order_action_return
from . import helpdesk_order_action_return_goods
from . import helpdesk_order_action_return_money
from . import helpdesk_ticket_return
from . import sale_order_line_return
