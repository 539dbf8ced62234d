from . import mail_message
from . import mail_thread_inline_image
from . import helpdesk_mail_parked
from . import helpdesk_mail_parked_retry
from . import mail_alias_domain
from . import mail_mail
from . import mail_thread
from . import mail_scheduled_message
