from . import base
from . import mail
from . import team
from . import ticket
from . import customer
from . import order_action
from . import channel
from . import identity
from . import routing
from . import assignment
from . import inbox
from . import sla  # last: the clocks start when a ticket has its team, priority and agent
