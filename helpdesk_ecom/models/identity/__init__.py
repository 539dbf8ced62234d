from . import res_partner_merge
from . import helpdesk_partner_merge
from . import helpdesk_blocked_sender
from . import helpdesk_channel_identity_block
from . import helpdesk_channel_identity_person
from . import helpdesk_ticket_block
from . import helpdesk_ticket_person
