from . import helpdesk_skill
from . import helpdesk_ticket_skill
from . import helpdesk_routing_rule
from . import helpdesk_routing_rule_match
from . import helpdesk_ticket_routing
from . import helpdesk_ticket_routing_facts
