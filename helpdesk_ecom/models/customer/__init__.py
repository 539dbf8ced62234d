from . import helpdesk_customer_tier
from . import helpdesk_customer_tier_update
from . import helpdesk_ticket_tier
from . import res_partner_card
from . import res_partner_tier
from . import res_partner_zone
