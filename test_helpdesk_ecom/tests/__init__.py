from . import test_order_action_money
from . import test_order_action_properties
from . import test_order_action_refund_online
from . import test_order_action_return_goods
from . import test_order_action_return_money
from . import test_order_panel_online
from . import test_return_label
