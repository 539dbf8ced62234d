from . import crm_lead
from . import helpdesk_customer_tier
from . import helpdesk_ticket
from . import helpdesk_ticket_alert
from . import res_company
from . import res_config_settings
from . import res_partner
