{
    'name': 'Tests of the Helpdesk for E-Commerce',
    'version': '19.0.1.0.0',
    'category': 'Hidden/Tests',
    'summary': 'What needs several addons at once: online payments, cross flows, query counts',
    'author': 'helpdesk_ecom contributors',
    'license': 'LGPL-3',
    'depends': ['helpdesk_ecom', 'payment_demo'],
}
