from . import helpdesk_stage
from . import helpdesk_tag
from . import helpdesk_ticket_type
from . import helpdesk_ticket
from . import helpdesk_ticket_customer
from . import helpdesk_ticket_reference
from . import helpdesk_ticket_time
from . import helpdesk_ticket_order
