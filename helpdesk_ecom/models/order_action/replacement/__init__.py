from . import helpdesk_order_action_new_goods
from . import helpdesk_order_action_replacement
from . import helpdesk_ticket_replacement
