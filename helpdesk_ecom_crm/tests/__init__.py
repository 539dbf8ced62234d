from . import test_crm
from . import test_salesperson_alert
