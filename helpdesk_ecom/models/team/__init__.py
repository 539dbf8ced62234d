from . import helpdesk_team
from . import helpdesk_team_counters
from . import helpdesk_team_portal
from . import helpdesk_team_acknowledgement
from . import helpdesk_team_assignment
