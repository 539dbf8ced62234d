{
    'name': 'Helpdesk for E-Commerce: WhatsApp, Messenger, Instagram',
    'version': '19.0.1.0.0',
    'category': 'Services/Helpdesk',
    'summary': "Answer customers on Meta's channels from their tickets",
    'author': 'helpdesk_ecom contributors',
    'license': 'LGPL-3',
    'depends': ['helpdesk_ecom'],
    'data': [
        'views/helpdesk_channel_messenger_views.xml',
        'views/helpdesk_ticket_comment_views.xml',
        'views/helpdesk_channel_whatsapp_views.xml',
    ],
    'assets': {
        'web.assets_tests': [
            'helpdesk_ecom_meta/static/tests/tours/**/*',
        ],
    },
}
