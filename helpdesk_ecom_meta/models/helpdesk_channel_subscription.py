from odoo import fields, models
from odoo.exceptions import UserError

from odoo.addons.helpdesk_ecom.tools.channel import reading
from odoo.addons.helpdesk_ecom.tools.channel.error import UNKNOWN, ChannelError

from ..tools import subscription


class HelpdeskChannel(models.Model):
    """Whether Meta tells our app what customers write, and how it is asked to.

    An app that may send hears nothing before it is subscribed to the account, and nothing looks
    broken then: it is only quiet.
    """

    _inherit = 'helpdesk.channel'

    meta_app_id = fields.Char(
        string='App Number',
        readonly=True,
        copy=False,
        help='The number of the app at Meta that the access token belongs to.',
    )

    # === ACTION METHODS === #

    def action_subscribe_meta(self):
        """Ask Meta to tell us what happens on the account, and say what came of it.

        :raise UserError: with Meta's reason if it refuses.
        """
        self.ensure_one()
        self.check_access('write')
        channel_sudo = self.sudo()
        channel_sudo._ensure_complete()
        try:
            channel_sudo._subscribe()
        except ChannelError as error:
            raise UserError(str(error)) from None
        return self.action_test()

    # === BUSINESS METHODS === #

    def _get_subscription_path(self):
        """Return where Meta keeps which apps it tells of the account; '' if it isn't known."""
        return 'me/subscribed_apps'

    def _get_subscribed_fields(self):
        """Return the names of what Meta is asked to tell; none where the app chooses them."""
        return []

    def _check_subscription(self):
        """Find out, over the network, whether Meta tells us what customers write.

        :return: what an administrator should know all the same; '' if all is well.
        :raise ChannelError: if it certainly doesn't; of a class that lets the channel go on:
            sending works.
        """
        path = self._get_subscription_path()
        if not path:
            return self.env._(
                'Please enter the WhatsApp Business Account, too: without it nobody can see '
                'whether Meta tells us what customers write.'
            )
        self._learn_app()
        try:
            apps = subscription.read_apps(self._call_graph('GET', path))
        except ChannelError as error:
            # a token may be good for messages, but not for this question
            return self.env._(
                'Whether Meta tells us what customers write could not be checked: %s', error
            )
        app = subscription.find_app(apps, self.meta_app_id or '')
        if not app:
            raise ChannelError(UNKNOWN, self._describe_lack(apps))
        wanted = self._get_subscribed_fields()
        if app['fields'] is None or 'messages' not in wanted:
            return ''  # what the app hears of is chosen in the app itself
        missing = set(wanted).difference(app['fields'])
        if 'messages' in missing:
            raise ChannelError(
                UNKNOWN,
                self.env._(
                    'Meta tells us something of the account, but not what customers write. Press '
                    '"Connect" to ask it to.'
                ),
            )
        if missing & {'feed', 'comments'}:
            return self.env._(
                'Comments do not become tickets: Meta is not asked to tell of them. Press '
                '"Connect" if they shall.'
            )
        return ''

    # === HELPERS === #

    def _describe_lack(self, apps):
        """Return in words that our app hears nothing, and what to do about it.

        :param list apps: those that hear what happens on the account.
        """
        others = ', '.join(app['name'] or app['id'] for app in apps)
        if others:
            return self.env._(
                'Meta tells other apps what customers write (%s), but not the app that the access '
                'token belongs to. Press "Connect" to ask it to.',
                others,
            )
        return self.env._(
            'Meta does not tell us what customers write: no app is subscribed to the account. '
            'Press "Connect" to subscribe yours.'
        )

    def _subscribe(self):
        """Subscribe the app to what happens on the account, over the network.

        :raise ChannelError: if Meta refuses, or the account is not known.
        """
        path = self._get_subscription_path()
        if not path:
            raise ChannelError(
                UNKNOWN,
                self.env._(
                    'Please enter the WhatsApp Business Account: it is what we subscribe to.'
                ),
            )
        wanted = self._get_subscribed_fields()
        params = {}
        if wanted:
            # What is left out ends, and a page may have a channel of Messenger and of Instagram.
            self._learn_app()
            apps = subscription.read_apps(self._call_graph('GET', path))
            app = subscription.find_app(apps, self.meta_app_id or '') or {}
            names = dict.fromkeys([*(app.get('fields') or ()), *wanted])
            params['subscribed_fields'] = ','.join(names)
        self._call_graph('POST', path, params=params)

    def _learn_app(self):
        """Note which app we send by, to know it, and our own messages when they come back."""
        try:
            app_id = reading.as_id(self._call_graph('GET', 'app').get('id'))
        except ChannelError:
            return  # messages are known by their keys, too
        if app_id and app_id != self.meta_app_id:
            self.meta_app_id = app_id
