{
    'name': 'Helpdesk for E-Commerce: Loyalty',
    'version': '19.0.1.0.0',
    'category': 'Services/Helpdesk',
    'summary': 'Coupons and store credit from the ticket',
    'author': 'helpdesk_ecom contributors',
    'license': 'LGPL-3',
    'depends': ['helpdesk_ecom', 'sale_loyalty'],
    'auto_install': True,
}
