from . import loyalty_program
from . import loyalty_history
from . import helpdesk_order_action_step
from . import helpdesk_order_action
from . import helpdesk_order_action_card
from . import helpdesk_order_action_coupon
from . import helpdesk_order_action_store_credit
from . import helpdesk_ticket
