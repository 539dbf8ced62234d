from . import helpdesk_order_repair
