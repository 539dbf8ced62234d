from . import delivery_carrier
from . import payment_transaction
