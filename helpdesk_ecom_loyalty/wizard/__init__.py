from . import helpdesk_order_voucher
from . import helpdesk_order_coupon
from . import helpdesk_order_store_credit
