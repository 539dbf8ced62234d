"""What the policies, their clocks and the reports share."""

METRICS = [
    ('first_response', 'First response'),
    ('next_response', 'Next response'),
    ('resolution', 'Resolution'),
    ('stage', 'Reach a stage'),
]
# Clocks of these wait for an answer of a person, the others for a stage.
RESPONSE_METRICS = ('first_response', 'next_response')

CLOCKS = [
    ('team', 'Working hours of the team'),
    ('customer', "Working hours in the customer's time zone"),
    ('always', 'Every hour'),
]
