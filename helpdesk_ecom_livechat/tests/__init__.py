from . import test_chat_tools
from . import test_chat_ticket
from . import test_chat_thread
from . import test_chatbot
from . import test_order_command
from . import test_js
from . import test_tours
