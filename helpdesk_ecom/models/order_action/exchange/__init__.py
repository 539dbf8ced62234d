from . import helpdesk_order_action_exchange
from . import helpdesk_order_action_exchange_advance
from . import helpdesk_order_action_exchange_cancel
from . import helpdesk_order_action_exchange_goods
from . import helpdesk_order_action_exchange_money
from . import helpdesk_ticket_exchange
