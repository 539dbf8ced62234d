from . import helpdesk_ticket_visit
from . import helpdesk_ticket_inbox
from . import helpdesk_ticket_inbox_words
from . import helpdesk_ticket_presence
from . import helpdesk_ticket_draft
from . import ir_websocket
from . import mail_compose_message
from . import mail_message
