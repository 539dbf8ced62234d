{
    'name': 'Benchmark: the least that a ticket can cost',
    'version': '19.0.1.0.0',
    'category': 'Hidden/Tests',
    'summary': 'Models with the mixins of a ticket and nothing else, to measure against',
    'author': 'helpdesk_ecom contributors',
    'license': 'LGPL-3',
    'depends': ['mail', 'portal', 'rating'],
    'data': [
        'security/ir.model.access.csv',
        'views/bench_floor_views.xml',
    ],
}
