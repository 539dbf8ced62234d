"""Customers with a login, and tickets that each of them may or may not see."""

from http import HTTPStatus

from odoo import Command, http
from odoo.tests import HttpCase, new_test_user

from .common import HelpdeskOrderCommon


class HelpdeskPortalCommon(HelpdeskOrderCommon):
    """A public team and a private one, a company with two buyers, and a stranger."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.team.privacy_visibility = 'portal'
        cls.private_team = cls.env['helpdesk.team'].create(
            {
                'name': 'Second Level',
                'privacy_visibility': 'internal',
                'member_ids': [Command.set(cls.agent.ids)],
            }
        )
        cls.shop = cls.env['res.partner'].create({'name': 'Clark Ceramics', 'is_company': True})
        cls.customer.parent_id = cls.shop
        cls.portal_user = cls._new_portal_user('emma', cls.customer)
        cls.colleague = cls._new_portal_user(
            'carl',
            cls.env['res.partner'].create(
                {
                    'name': 'Carl Clark',
                    'email': 'carl@customer.example',
                    'parent_id': cls.shop.id,
                }
            ),
        )
        cls.stranger = cls._new_portal_user(
            'stan',
            cls.env['res.partner'].create(
                {
                    'name': 'Stan Stranger',
                    'email': 'stan@stranger.example',
                }
            ),
        )
        cls.ticket = cls._create_ticket(user_id=cls.agent.id)
        cls.ticket.message_subscribe(cls.customer.ids)
        cls.foreign_ticket = cls._create_ticket(
            name='My plates',
            partner_id=cls.stranger.partner_id.id,
        )
        cls.foreign_order = cls._create_order(partner=cls.stranger.partner_id)
        cls.private_ticket = cls._create_ticket(name='Hidden', team_id=cls.private_team.id)

    @classmethod
    def _new_portal_user(cls, login, partner):
        """Return a user of the portal for a contact; login and password are the same."""
        return new_test_user(
            cls.env,
            login,
            groups='base.group_portal',
            password=login,
            partner_id=partner.id,
            email=partner.email,
            name=partner.name,
        )


class HelpdeskPortalHttpCommon(HelpdeskPortalCommon, HttpCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.token = cls.ticket._portal_ensure_token()
        cls.foreign_token = cls.foreign_ticket._portal_ensure_token()
        cls.team.allow_portal_ticket_closing = True

    def _login(self, user=None):
        user = user or self.portal_user
        self.authenticate(user.login, user.login)

    def _get(self, url):
        """Return the text of a page that has to be there."""
        response = self.url_open(url)
        self.assertEqual(response.status_code, HTTPStatus.OK, url)
        return response.text

    def _assert_refused(self, url):
        """A page of a ticket that isn't theirs leads to the own list, or to the login."""
        response = self.url_open(url, allow_redirects=False)
        self.assertIn(response.status_code, (HTTPStatus.SEE_OTHER, HTTPStatus.FOUND), url)
        self.assertTrue(response.headers['Location'].endswith('/my/tickets'), url)

    def _post_form(self, url, csrf=True, files=None, **data):
        if csrf:
            data['csrf_token'] = http.Request.csrf_token(self)
        return self.url_open(
            url,
            data=data,
            files=files,
            method='POST',
            allow_redirects=False,
        )
