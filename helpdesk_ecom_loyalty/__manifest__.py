{
    'name': 'Helpdesk for E-Commerce: Loyalty',
    'version': '19.0.1.0.0',
    'category': 'Services/Helpdesk',
    'summary': 'Coupons and store credit from the ticket',
    'author': 'helpdesk_ecom contributors',
    'license': 'LGPL-3',
    'depends': ['helpdesk_ecom', 'sale_loyalty'],
    'data': [
        'security/ir.model.access.csv',
        'views/helpdesk_team_views.xml',
        'views/helpdesk_order_action_views.xml',
        'wizard/helpdesk_order_coupon_views.xml',
        'wizard/helpdesk_order_store_credit_views.xml',
    ],
    'demo': ['demo/helpdesk_demo.xml'],
    'assets': {
        'web.assets_tests': [
            'helpdesk_ecom_loyalty/static/tests/tours/**/*',
        ],
    },
    'auto_install': True,
}
