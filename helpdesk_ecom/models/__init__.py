from . import base
from . import mail
from . import team
from . import ticket
from . import customer
from . import order_action
