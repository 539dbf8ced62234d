{
    'name': 'Helpdesk for E-Commerce: CRM',
    'version': '19.0.1.0.0',
    'category': 'Services/Helpdesk',
    'summary': 'Complaints on leads and contacts, tickets to opportunities and back',
    'author': 'helpdesk_ecom contributors',
    'license': 'LGPL-3',
    'depends': ['helpdesk_ecom', 'sale_crm'],
    'data': [
        'views/crm_lead_views.xml',
        'views/helpdesk_customer_tier_views.xml',
        'views/helpdesk_ticket_views.xml',
        'views/res_config_settings_views.xml',
    ],
    'demo': ['demo/helpdesk_demo.xml'],
    'auto_install': True,
}
