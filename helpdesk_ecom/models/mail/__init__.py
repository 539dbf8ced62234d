from . import mail_message
from . import mail_thread_inline_image
from . import helpdesk_mail_parked
from . import mail_alias_domain
from . import mail_thread
