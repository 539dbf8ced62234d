ACTION_STATES = [
    ('draft', 'Draft'),
    ('to_approve', 'To approve'),
    ('approved', 'Approved'),
    ('running', 'Running'),
    ('waiting', 'Waiting'),
    ('to_check', 'To check'),
    ('done', 'Done'),
    ('failed', 'Failed'),
    ('refused', 'Refused'),
    ('cancelled', 'Cancelled'),
]
# From which states each state can be reached; nothing else can happen to an action.
SOURCE_STATES = {
    'to_approve': {'draft'},
    'approved': {'draft', 'to_approve'},
    'running': {'approved', 'waiting', 'to_check', 'failed'},
    'waiting': {'running'},
    'to_check': {'running'},
    'failed': {'running', 'to_check'},
    'done': {'running'},
    'refused': {'to_approve'},
    # what is done only by kinds that can take it back, see `_get_cancellable_states`
    'cancelled': {'draft', 'to_approve', 'waiting', 'failed', 'done'},
}
# Neither these nor what they gave back count in the order's ledger.
VOID_STATES = ('draft', 'refused', 'cancelled')
FINAL_STATES = ('done', 'refused', 'cancelled')
