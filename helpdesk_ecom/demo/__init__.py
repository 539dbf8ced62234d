from . import helpdesk_demo
