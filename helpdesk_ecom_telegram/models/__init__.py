from . import helpdesk_channel
