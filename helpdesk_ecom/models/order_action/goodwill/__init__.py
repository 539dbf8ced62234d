from . import helpdesk_order_action_goodwill
from . import helpdesk_ticket_goodwill
