from . import test_order_action_refund_online
