from . import portal, portal_new_ticket
