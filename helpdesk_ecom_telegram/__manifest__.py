{
    'name': 'Helpdesk for E-Commerce: Telegram',
    'version': '19.0.1.0.0',
    'category': 'Services/Helpdesk',
    'summary': 'Answer customers who write to your Telegram bot from their tickets',
    'author': 'helpdesk_ecom contributors',
    'license': 'LGPL-3',
    'depends': ['helpdesk_ecom'],
    'data': ['views/helpdesk_channel_views.xml'],
}
