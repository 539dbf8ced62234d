{
    'name': 'Helpdesk for E-Commerce',
    'version': '19.0.1.0.0',
    'category': 'Services/Helpdesk',
    'sequence': 110,
    'summary': 'After-sales tickets with the order beside them: refund, correct, answer',
    'author': 'helpdesk_ecom contributors',
    'license': 'LGPL-3',
    'depends': [
        'digest',
        'mail',
        'phone_validation',
        'portal',
        'rating',
        'resource',
        'sale_management',
        'sale_stock',
        'utm',
    ],
    'excludes': ['helpdesk', 'helpdesk_mgmt'],
    'data': [
        'security/helpdesk_security.xml',
        'security/ir.model.access.csv',
        'security/helpdesk_rules.xml',
        'data/helpdesk_data.xml',
        'views/helpdesk_ticket_views.xml',
        'views/helpdesk_ticket_report_views.xml',
        'views/helpdesk_team_views.xml',
        'views/helpdesk_stage_views.xml',
        'views/helpdesk_tag_views.xml',
        'views/helpdesk_ticket_type_views.xml',
        'views/helpdesk_menus.xml',
    ],
    'demo': [
        'demo/helpdesk_demo_shop.xml',
        'demo/helpdesk_demo_customers.xml',
    ],
    'assets': {
        'web.assets_backend': [
            'helpdesk_ecom/static/src/**/*',
        ],
        'portal.assets_chatter': [
            'helpdesk_ecom/static/src/quoted_text/**/*',
        ],
        'web.assets_tests': [
            'helpdesk_ecom/static/tests/tours/**/*',
        ],
        'web.assets_unit_tests': [
            'helpdesk_ecom/static/tests/**/*.test.js',
        ],
    },
    'post_init_hook': 'post_init_hook',
    'application': True,
}
