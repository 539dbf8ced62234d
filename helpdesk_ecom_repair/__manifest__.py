{
    'name': 'Helpdesk for E-Commerce: Repairs',
    'version': '19.0.1.0.0',
    'category': 'Services/Helpdesk',
    'summary': 'Repairs from the ticket, under warranty or not',
    'author': 'helpdesk_ecom contributors',
    'license': 'LGPL-3',
    'depends': ['helpdesk_ecom', 'repair'],
    'auto_install': True,
}
