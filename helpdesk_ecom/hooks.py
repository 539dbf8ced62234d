"""What has to happen once, around installation."""


def post_init_hook(env):
    """Give the companies that exist already what later ones get on creation."""
    env['res.company'].search([])._create_helpdesk_sequence()
    env.ref('helpdesk_ecom.team_support')._claim_alias('support')
