from . import attachment, portal, portal_new_ticket, webhook
