from . import base_partner_merge
from . import helpdesk_ticket_merge
from . import helpdesk_order_dialog
from . import helpdesk_order_refund
from . import helpdesk_order_return
from . import helpdesk_order_address
from . import helpdesk_order_replacement
from . import helpdesk_ticket_split
