from . import helpdesk_product_report
