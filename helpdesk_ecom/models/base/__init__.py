from . import res_company
from . import sale_order
from . import res_partner
from . import sale_order_panel
from . import stock_picking
