from . import mail_message
from . import mail_thread_inline_image
