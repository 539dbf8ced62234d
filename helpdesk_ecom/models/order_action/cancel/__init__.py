from . import helpdesk_order_action_cancel
from . import helpdesk_order_action_cancel_given
from . import helpdesk_order_action_cancel_plan
from . import helpdesk_order_action_cancel_void
from . import helpdesk_ticket_cancel
