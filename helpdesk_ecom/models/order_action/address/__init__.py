from . import helpdesk_order_action_address
