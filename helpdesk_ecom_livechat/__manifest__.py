{
    'name': 'Helpdesk for E-Commerce: Live Chat',
    'version': '19.0.1.0.0',
    'category': 'Services/Helpdesk',
    'summary': 'Chats become tickets, with the orders of the visitor beside them',
    'author': 'helpdesk_ecom contributors',
    'license': 'LGPL-3',
    'depends': ['helpdesk_ecom', 'im_livechat'],
    'data': [
        'data/helpdesk_channel_data.xml',
        'data/ir_cron_data.xml',
        'views/chatbot_script_step_views.xml',
        'views/helpdesk_ticket_views.xml',
        'views/im_livechat_channel_views.xml',
    ],
    'demo': ['demo/helpdesk_demo.xml'],
    'assets': {
        'web.assets_backend': [
            'helpdesk_ecom_livechat/static/src/**/*',
        ],
        'web.assets_tests': [
            'helpdesk_ecom_livechat/static/tests/tours/helpdesk_livechat_agent_tour.js',
        ],
        'web.assets_unit_tests': [
            'helpdesk_ecom_livechat/static/tests/**/*.test.js',
        ],
        'im_livechat.assets_livechat_support_tours': [
            'helpdesk_ecom_livechat/static/tests/tours/helpdesk_livechat_visitor_tour.js',
        ],
        'im_livechat.embed_assets_unit_tests_setup': [
            ('remove', 'helpdesk_ecom_livechat/static/src/**/*'),
        ],
    },
    'auto_install': True,
}
