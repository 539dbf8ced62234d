from . import base_automation
from . import helpdesk_ticket
