{
    'name': 'Helpdesk for E-Commerce: Carriers',
    'version': '19.0.1.0.0',
    'category': 'Services/Helpdesk',
    'summary': 'Find an order by its tracking number, follow its parcels from the ticket',
    'author': 'helpdesk_ecom contributors',
    'license': 'LGPL-3',
    'depends': ['helpdesk_ecom', 'stock_delivery'],
    'auto_install': True,
}
