#!/usr/bin/env python3
"""Take screenshots of a running server with headless Chromium.

    tools/screenshots.py                            those of the README, into docs/screenshots/
    tools/screenshots.py board ticket_phone         only these (names of PAGES below)
    tools/screenshots.py --url /odoo/contacts --out /tmp/c.png     any page

Options for any page: --user demo (admin by default; the password is the login, --password
otherwise; --user '' for a visitor), --dark (an approximation, see shoot), --phone (390 x 844),
--width/--height, --click CSS and --wait CSS (repeat them: done in the order given; a selector may
end in ':contains(text)'), --eval JS, --full (the whole height of the page), --port (8069, or
HTTP_PORT), --errors (exit 1 if the page logged errors in the console).

The server must be up (./dev up).  Pictures are reduced to a palette, to stay below 150 kB.
Runs with any Python: it calls itself again with the one in .dev/ that has what it needs.
"""

from __future__ import annotations

import argparse
import contextlib
import io
import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
import time
import urllib.request
from base64 import b64decode
from http.cookiejar import CookieJar
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
DEV = Path(os.environ.get('ODOO_DEV_DIR') or ROOT / '.dev')
try:
    import websocket
    from PIL import Image
except ImportError:
    venv = DEV / 'venv/bin/python'
    if not venv.exists() or Path(sys.prefix) == DEV / 'venv':
        sys.exit('run ./dev up first: it installs what this script needs')
    os.execv(venv, [str(venv), *sys.argv])

WIDE = (1440, 860)
PHONE = (390, 844)
MAX_BYTES = 150_000
# name: (login, path, phone?, steps: '+css' waits for it, '^css' scrolls to it, 'css' clicks on it)
KANBAN, CUP = '.o_switch_view.o_kanban', '.o_kanban_record:contains(Cup arrived broken)'
PANEL = '^.o_helpdesk_order_panel'
RETURN = '.o_kanban_record:contains(Widerruf Teeset)'
PAGES = {
    'board': ('admin', '/odoo/helpdesk-tickets', False, [KANBAN, f'+{CUP}']),
    'ticket': ('admin', '/odoo/helpdesk-tickets', False, [KANBAN, CUP, '+.o_form_view']),
    'ticket_phone': ('admin', '/odoo/helpdesk-tickets', True, [CUP, '+.o_form_view']),
    'order_panel': (
        'liwei',
        '/odoo/helpdesk-tickets',
        False,
        [KANBAN, RETURN, '+.o_helpdesk_order', '.o_helpdesk_order_ledger button', PANEL],
    ),
    'order_panel_phone': (
        'liwei',
        '/odoo/helpdesk-tickets',
        True,
        [RETURN, '+.o_helpdesk_order', '.o_helpdesk_order_ledger button', PANEL],
    ),
    'inbox': (
        'liwei',
        '/odoo/helpdesk-inbox',
        False,
        ['.o_helpdesk_inbox_item:contains(A second runner)', '+.o_form_view .o-mail-Message'],
    ),
    'inbox_phone': ('liwei', '/odoo/helpdesk-inbox', True, ['+.o_helpdesk_inbox_item']),
    'sla_policy': (
        'wangfang',
        '/odoo/helpdesk-sla-policies',
        False,
        [
            '.o_data_row td[name=name]:contains(North America VIP)',
            '+.o_field_widget[name=preview] .alert',
            '^.o_field_widget[name=preview]',
        ],
    ),
    'team_board': ('wangfang', '/odoo/helpdesk-board', False, ['+.o_helpdesk_board_agent']),
    'portal_phone': ('emma', '/my/tickets', True, []),
}
PHONE_AGENT = (
    'Mozilla/5.0 (Linux; Android 14) AppleWebKit/537.36 (KHTML, like Gecko) '
    'Chrome/140.0.0.0 Mobile Safari/537.36'
)
# what 'the page is there' means beside a quiet network
SETTLED = """document.readyState === 'complete'
    && !document.querySelector('.o_loading_indicator, .o_view_sample_data_loading, .o_blockUI')
    && [...document.images].every((i) => i.complete || i.loading === 'lazy')
    && (!document.querySelector('body.o_web_client') ||
        document.querySelector('.o_action_manager')?.childElementCount > 0)"""
HEIGHT = """Math.max(document.documentElement.scrollHeight,
    ...[...document.querySelectorAll('.o_content, #wrapwrap')].map(
        (e) => e.scrollHeight + e.getBoundingClientRect().top))"""
FIND = """(sel => {
    const m = /^(.*?)(?::contains\\((.*)\\))?$/.exec(sel);
    return [...document.querySelectorAll(m[1] || '*')].find(
        (e) => (!m[2] || e.textContent.includes(m[2])) && e.getClientRects().length);
})"""


class Browser:
    """One page of a headless Chromium, driven by its own protocol."""

    def __init__(self, executable: str):
        self.profile = tempfile.mkdtemp(prefix='shots-')
        port = self._launch(executable) or self._launch(executable)
        if not port:
            raise SystemExit(f'Chromium ended twice ({self.process.returncode})')
        new = urllib.request.Request(f'http://127.0.0.1:{port}/json/new?about:blank', method='PUT')
        with direct().open(new) as answer:
            url = json.load(answer)['webSocketDebuggerUrl']
        self.ws = websocket.create_connection(url, timeout=30, suppress_origin=True)
        self.count = 0
        self.pending: set[str] = set()
        self.errors: list[str] = []
        self.dark = False
        self.quiet_since = time.monotonic()
        for domain in ('Page', 'Runtime', 'Network'):
            self.call(f'{domain}.enable')

    def _launch(self, executable: str) -> str:
        """Start it, and return the port at which it listens; '' if it ended by itself.

        The first start of all reads 400 MB, on a busy machine for long.
        """
        port_file = Path(self.profile, 'DevToolsActivePort')
        port_file.unlink(missing_ok=True)
        self.process = subprocess.Popen(
            [
                executable,
                '--headless',
                '--no-sandbox',
                '--disable-gpu',
                '--disable-dev-shm-usage',
                '--hide-scrollbars',
                '--remote-debugging-port=0',
                '--remote-allow-origins=*',
                f'--user-data-dir={self.profile}',
                'about:blank',
            ],
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )

        def listens():
            return port_file.exists() and port_file.read_text().strip()

        wait_until(lambda: listens() or self.process.poll() is not None, 'Chromium', 180)
        return listens().split()[0] if listens() else ''

    def close(self) -> None:
        self.process.kill()
        self.process.wait()
        shutil.rmtree(self.profile, ignore_errors=True)

    def send(self, method: str, **params) -> int:
        self.count += 1
        self.ws.send(json.dumps({'id': self.count, 'method': method, 'params': params}))
        return self.count

    def call(self, method: str, **params) -> dict:
        number = self.send(method, **params)
        while True:
            message = json.loads(self.ws.recv())
            if message.get('id') == number:
                if 'error' in message:
                    raise SystemExit(f'{method}: {message["error"]["message"]}')
                return message['result']
            self.event(message)

    def event(self, message: dict) -> None:
        kind, params = message.get('method'), message.get('params', {})
        if kind == 'Network.requestWillBeSent':
            if params.get('type') not in ('WebSocket', 'EventSource'):
                self.pending.add(params['requestId'])
        elif kind in ('Network.loadingFinished', 'Network.loadingFailed'):
            self.pending.discard(params['requestId'])
        elif kind == 'Fetch.requestPaused':
            url = re.sub(
                r'/web/assets/.*',
                '/web/assets/debug/web.assets_web_dark.css',
                params['request']['url'],
            )
            self.send('Fetch.continueRequest', requestId=params['requestId'], url=url)
        elif kind == 'Runtime.exceptionThrown':
            details = params['exceptionDetails']
            self.errors.append(details.get('exception', {}).get('description') or details['text'])
        elif kind == 'Runtime.consoleAPICalled' and params['type'] == 'error':
            self.errors.append(
                ' '.join(str(a.get('value', a.get('description'))) for a in params['args'])
            )
        if self.pending:
            self.quiet_since = time.monotonic()

    def pump(self, seconds: float) -> None:
        """Take in what the browser reports, for at most this long."""
        self.ws.settimeout(seconds)
        with contextlib.suppress(websocket.WebSocketTimeoutException):
            self.event(json.loads(self.ws.recv()))
        self.ws.settimeout(30)

    def js(self, code: str):
        result = self.call(
            'Runtime.evaluate', expression=code, returnByValue=True, awaitPromise=True
        )
        if 'exceptionDetails' in result:
            raise SystemExit(f'{code}: {result["exceptionDetails"]["exception"]["description"]}')
        return result['result'].get('value')

    def settle(self, what: str, timeout: float = 180) -> None:
        """Wait until the network is quiet for 0.6 s and the page has what it needs."""
        end = time.monotonic() + timeout
        self.quiet_since = time.monotonic()
        while time.monotonic() < end:
            self.pump(0.1)
            if time.monotonic() - self.quiet_since > 0.6 and self.js(SETTLED):
                return
        raise SystemExit(
            f'{what} did not settle in {timeout} s (waiting for {len(self.pending)} requests)'
        )

    def find(self, selector: str, timeout: float = 20) -> None:
        end = time.monotonic() + timeout
        while not self.js(f'!!{FIND}({json.dumps(selector)})'):
            if time.monotonic() > end:
                raise SystemExit(
                    f'{selector}: no such (visible) element on {self.js("location.href")}'
                )
            self.pump(0.1)

    def step(self, step: str) -> None:
        selector = step.lstrip('+^')
        self.find(selector)
        if step.startswith('^'):
            # below the bars that stay at the top
            target = f'{FIND}({json.dumps(selector)})'
            self.js(f'(e => {{ e.style.scrollMarginTop = "10rem"; e.scrollIntoView() }})({target})')
        elif not step.startswith('+'):
            self.js(f'{FIND}({json.dumps(selector)}).click()')
        self.settle(step)


def direct():
    """Requests to this machine, never through a proxy."""
    return urllib.request.build_opener(urllib.request.ProxyHandler({}))


def wait_until(condition, what: str, timeout: float = 30):
    end = time.monotonic() + timeout
    while not (result := condition()):
        if time.monotonic() > end:
            raise SystemExit(f'{what} did not start')
        time.sleep(0.05)
    return result


def chromium() -> str:
    names = ('google-chrome', 'google-chrome-stable', 'chromium', 'chromium-browser')
    ours = DEV / 'bin/google-chrome'
    found = (
        os.environ.get('CHROME_BIN')
        or (ours.exists() and str(ours))
        or next(filter(None, map(shutil.which, names)), None)
    )
    return found or sys.exit('no Chromium found: run ./dev test once, or set CHROME_BIN')


def log_in(base: str, login: str, password: str) -> str:
    """The session cookie of a user, ``''`` for a visitor."""
    if not login:
        return ''
    jar = CookieJar()
    opener = urllib.request.build_opener(
        urllib.request.ProxyHandler({}), urllib.request.HTTPCookieProcessor(jar)
    )
    database = json.load(opener.open(post(f'{base}/web/database/list')))['result'][0]
    answer = json.load(
        opener.open(
            post(f'{base}/web/session/authenticate', db=database, login=login, password=password)
        )
    )
    if 'error' in answer or not answer['result'].get('uid'):
        raise SystemExit(f'{login}: cannot log in (wrong password? use --password)')
    return next(c.value for c in jar if c.name == 'session_id')


def post(url: str, **params) -> urllib.request.Request:
    body = json.dumps({'jsonrpc': '2.0', 'method': 'call', 'params': params}).encode()
    return urllib.request.Request(url, body, {'Content-Type': 'application/json'})


def save(png: bytes, target: Path) -> None:
    """As it is if that is small enough, else with fewer colours, then with fewer pixels."""
    picture = Image.open(io.BytesIO(png)).convert('RGB')
    for colours, scale in ((None, 1), (256, 1), (128, 1), (128, 0.75), (64, 0.6)):
        size = round(picture.width * scale), round(picture.height * scale)
        small = picture if scale == 1 else picture.resize(size, Image.LANCZOS)
        if colours:
            small = small.quantize(colours, method=Image.Quantize.MEDIANCUT)
        out = io.BytesIO()
        small.save(out, 'PNG', optimize=True)
        if out.tell() < MAX_BYTES:
            break
    target.parent.mkdir(parents=True, exist_ok=True)
    target.write_bytes(out.getvalue())


def shoot(
    browser: Browser,
    base: str,
    cookie: str,
    path: str,
    target: Path,
    *,
    phone=False,
    dark=False,
    size=None,
    steps=(),
    full=False,
    script=None,
) -> None:
    width, height = size or (PHONE if phone else WIDE)
    metrics = {
        'width': width,
        'height': height,
        'deviceScaleFactor': 2 if phone else 1,
        'mobile': phone,
    }
    browser.call('Emulation.setDeviceMetricsOverride', **metrics)
    browser.call('Emulation.setTouchEmulationEnabled', enabled=phone)
    agent = PHONE_AGENT if phone else browser.js('navigator.userAgent')
    browser.call('Network.setUserAgentOverride', userAgent=agent.replace('Headless', ''))
    browser.call('Network.clearBrowserCookies')
    if cookie:
        browser.call('Network.setCookie', url=base, name='session_id', value=cookie)
    if dark:
        browser.call('Network.setCookie', url=base, name='color_scheme', value='dark')
        # Odoo Community ships dark rules of components (in a bundle of their own), but neither
        # a switch nor a palette: the browser's automatic dark theme stands in for that
        browser.call('Emulation.setAutoDarkModeOverride', enabled=True)
        browser.call('Fetch.enable', patterns=[{'urlPattern': '*/web.assets_web.*css*'}])
    browser.errors.clear()
    browser.call('Page.navigate', url=f'{base}{path}')
    browser.settle(path)
    for step in steps:
        browser.step(step)
    if script:
        browser.js(script)
        browser.settle('--eval')
    if full:
        tall = browser.js(HEIGHT)
        browser.call(
            'Emulation.setDeviceMetricsOverride', **{**metrics, 'height': max(height, int(tall))}
        )
        browser.settle('--full')
    png = b64decode(browser.call('Page.captureScreenshot', format='png')['data'])
    save(png, target)
    print(f'{target}  {target.stat().st_size // 1000} kB')
    for error in dict.fromkeys(browser.errors):
        print(f'   console: {error[:2000]}', file=sys.stderr)


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument('names', nargs='*', help=f'of {", ".join(PAGES)}')
    parser.add_argument('--url', help='path of a page, e.g. /odoo/contacts')
    parser.add_argument('--out', type=Path, help='file (with --url) or folder')
    parser.add_argument('--user', default='admin')
    parser.add_argument('--password')
    parser.add_argument('--dark', action='store_true')
    parser.add_argument('--phone', action='store_true')
    parser.add_argument('--width', type=int)
    parser.add_argument('--height', type=int)
    parser.add_argument('--click', dest='steps', action='append', default=[])
    parser.add_argument('--wait', dest='steps', action='append', type=lambda s: f'+{s}')
    parser.add_argument('--eval', dest='script')
    parser.add_argument('--full', action='store_true')
    parser.add_argument('--errors', action='store_true')
    parser.add_argument('--port', default=os.environ.get('HTTP_PORT', '8069'))
    a = parser.parse_args()
    base = f'http://127.0.0.1:{a.port}'
    try:
        direct().open(f'{base}/web/health', timeout=30).close()
    except OSError as error:
        raise SystemExit(f'no server at {base} ({error}): start it with ./dev up') from None
    browser = Browser(chromium())
    try:
        if a.url:
            default = PHONE if a.phone else WIDE
            size = (a.width or default[0], a.height or default[1])
            cookie = log_in(base, a.user, a.password or a.user)
            out = a.out or Path('screenshot.png')
            shoot(
                browser,
                base,
                cookie,
                a.url,
                out,
                phone=a.phone,
                dark=a.dark,
                size=size,
                steps=a.steps,
                full=a.full,
                script=a.script,
            )
        else:
            for name in a.names or PAGES:
                login, path, phone, steps = PAGES[name]
                target = (a.out or ROOT / 'docs/screenshots') / f'{name}.png'
                shoot(
                    browser,
                    base,
                    log_in(base, login, login),
                    path,
                    target,
                    phone=phone,
                    steps=steps,
                    dark=a.dark,
                )
        if a.errors and browser.errors:
            raise SystemExit(1)
    finally:
        browser.close()


if __name__ == '__main__':
    main()
