from . import helpdesk_order_action_refund
from . import helpdesk_order_action_refund_note
from . import helpdesk_order_action_refund_money
