{
    'name': 'Helpdesk for E-Commerce: SMS',
    'version': '19.0.1.0.0',
    'category': 'Services/Helpdesk',
    'summary': 'Answer customers by SMS',
    'author': 'helpdesk_ecom contributors',
    'license': 'LGPL-3',
    'depends': ['helpdesk_ecom', 'sms'],
    'auto_install': True,
}
