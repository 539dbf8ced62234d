"""Two agents at one ticket, in two browsers: each sees the other come, write and go."""

import sys
import time

import pytest
from odoo_server import ROOT

sys.path.append(str(ROOT))
from tools.screenshots import FIND, Browser, chromium, log_in  # noqa: E402

FIRST_PAGE = 240  # seconds: the server compiles the web client for it
COMPOSER = '.o-mail-Composer :is(textarea, .odoo-editor-editable)'
USER = 'helpdesk_ecom.group_helpdesk_user'


class Agent:
    """An agent with no more than the agents' group, and a browser of their own."""

    def __init__(self, odoo, login):
        self.odoo, self.login = odoo, login
        self.id = odoo.create_user(login, USER)
        self.browser = Browser(chromium())

    def open(self, path: str) -> None:
        cookie = log_in(self.odoo.url, self.login, self.login)
        self.browser.call('Network.setCookie', url=self.odoo.url, name='session_id', value=cookie)
        self.browser.call(
            'Emulation.setDeviceMetricsOverride',
            width=1440,
            height=860,
            deviceScaleFactor=1,
            mobile=False,
        )
        self.browser.call('Page.navigate', url=f'{self.odoo.url}{path}')

    def click(self, selector: str) -> None:
        self.browser.find(selector)
        self.browser.js(f'{FIND}({selector!r}).click()')

    def write(self, text: str) -> None:
        self.browser.find(COMPOSER)
        self.browser.js(f'{FIND}({COMPOSER!r}).focus()')
        self.browser.call('Input.insertText', text=text)

    def sees(self, selector: str, timeout: float = 30) -> None:
        self.browser.find(selector, timeout)

    def sees_no_more(self, selector: str, timeout: float = 30) -> None:
        end = time.monotonic() + timeout
        while self.browser.js(f'!!{FIND}({selector!r})'):
            assert time.monotonic() < end, f'{self.login} still sees {selector}'
            self.browser.pump(0.1)


@pytest.fixture
def agents(odoo):
    found = [Agent(odoo, login) for login in ('ann', 'bea')]
    yield found
    for agent in found:
        agent.browser.close()


def other(words: str) -> str:
    return f'.o_helpdesk_presence div:contains({words})'


def test_two_browsers(odoo, agents):
    ann, bea = agents
    admin = odoo.xmlrpc()
    team = admin(
        'helpdesk.team', 'create', {'name': 'Care', 'member_ids': [[6, 0, [ann.id, bea.id]]]}
    )
    ticket = admin('helpdesk.ticket', 'create', {'name': 'Cup arrived broken', 'team_id': team})
    path = f'/odoo/helpdesk-tickets/{ticket}'

    ann.open(path)
    ann.sees('.o_form_view .o-mail-Chatter', FIRST_PAGE)
    ann.sees_no_more('.o_helpdesk_presence div')
    bea.open(path)
    bea.sees(other('Ann is looking'), FIRST_PAGE)
    ann.sees(other('Bea is looking'))

    bea.sees('.o-mail-Chatter .o-mail-Message')
    bea.click('.o-mail-Chatter-sendMessage:enabled')
    bea.write('A new cup is on its way')
    ann.sees(other('Bea is writing'))
    bea.sees(other('Ann is looking'))

    bea.click('.o_menu_brand, .o_breadcrumb a')
    ann.sees_no_more(other('Bea'))
