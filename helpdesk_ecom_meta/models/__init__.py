from . import helpdesk_channel_graph
from . import helpdesk_channel_subscription
from . import helpdesk_channel_messenger
from . import helpdesk_channel_instagram
from . import helpdesk_channel_envelope
from . import helpdesk_ticket_comment
from . import helpdesk_channel_whatsapp
from . import helpdesk_ticket_whatsapp
