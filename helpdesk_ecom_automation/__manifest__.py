{
    'name': 'Helpdesk for E-Commerce: Automation Rules',
    'version': '19.0.1.0.0',
    'category': 'Services/Helpdesk',
    'summary': 'Automation rules that start when an SLA is at risk or missed, or a customer waits',
    'author': 'helpdesk_ecom contributors',
    'license': 'LGPL-3',
    'depends': ['helpdesk_ecom', 'base_automation'],
    'data': [
        'data/base_automation_data.xml',
        'views/base_automation_views.xml',
    ],
    'assets': {
        'web.assets_backend': [
            'helpdesk_ecom_automation/static/src/**/*',
        ],
        'web.assets_unit_tests': [
            'helpdesk_ecom_automation/static/tests/**/*.test.js',
        ],
    },
    'auto_install': True,
}
