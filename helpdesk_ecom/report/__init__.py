from . import helpdesk_product_report
from . import helpdesk_sla_report
