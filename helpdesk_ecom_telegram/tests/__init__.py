from . import test_telegram_channel
from . import test_telegram_parse
