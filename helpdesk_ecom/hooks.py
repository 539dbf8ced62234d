"""What has to happen once, around installation."""


def post_init_hook(env):
    """Give the companies that exist already what later ones get on creation."""
    env['res.company'].search([])._create_helpdesk_sequence()
