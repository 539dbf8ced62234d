from . import base
from . import team
from . import ticket
