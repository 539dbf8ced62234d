from . import helpdesk_stage
from . import helpdesk_tag
from . import helpdesk_ticket_type
from . import helpdesk_ticket
from . import helpdesk_ticket_customer
from . import helpdesk_ticket_inbound
from . import helpdesk_ticket_gateway
from . import helpdesk_partner_suggestion
from . import helpdesk_ticket_reference
from . import helpdesk_ticket_time
from . import helpdesk_ticket_order
from . import helpdesk_ticket_acknowledgement
from . import helpdesk_ticket_notification
from . import helpdesk_ticket_response
from . import helpdesk_ticket_merge
from . import helpdesk_ticket_order_match
from . import helpdesk_ticket_portal
from . import helpdesk_ticket_identity  # last: the order is checked against the customer
