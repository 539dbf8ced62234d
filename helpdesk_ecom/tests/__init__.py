from . import test_demo
from . import test_js
from . import test_order_match
from . import test_order_reference
from . import test_team_counters
from . import test_ticket
from . import test_ticket_merge
from . import test_working_time
