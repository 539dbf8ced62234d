{
    'name': 'Helpdesk for E-Commerce: Repairs',
    'version': '19.0.1.0.0',
    'category': 'Services/Helpdesk',
    'summary': 'Repairs from the ticket, under warranty or not',
    'author': 'helpdesk_ecom contributors',
    'license': 'LGPL-3',
    'depends': ['helpdesk_ecom', 'repair'],
    'data': [
        'security/ir.model.access.csv',
        'views/helpdesk_team_views.xml',
        'views/helpdesk_ticket_views.xml',
        'views/helpdesk_order_action_views.xml',
        'views/repair_order_views.xml',
        'wizard/helpdesk_order_repair_views.xml',
    ],
    'demo': ['demo/helpdesk_demo.xml'],
    'auto_install': True,
}
