{
    'name': 'Helpdesk for E-Commerce: CRM',
    'version': '19.0.1.0.0',
    'category': 'Services/Helpdesk',
    'summary': 'Complaints on leads and contacts, tickets to opportunities and back',
    'author': 'helpdesk_ecom contributors',
    'license': 'LGPL-3',
    'depends': ['helpdesk_ecom', 'sale_crm'],
    'auto_install': True,
}
