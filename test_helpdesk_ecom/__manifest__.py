{
    'name': 'Tests of the Helpdesk for E-Commerce',
    'version': '19.0.1.0.0',
    'category': 'Hidden/Tests',
    'summary': 'What needs several addons at once: online payments, cross flows, query counts',
    'author': 'helpdesk_ecom contributors',
    'license': 'LGPL-3',
    'depends': [
        'helpdesk_ecom_automation',
        'helpdesk_ecom_crm',
        'helpdesk_ecom_delivery',
        'helpdesk_ecom_loyalty',
        'helpdesk_ecom_repair',
        'hr_holidays',
        'payment_demo',
        'sale_mrp',
        'stock_dropshipping',
    ],
}
