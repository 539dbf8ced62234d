"""Mails as no program should write them, but one does: strategies for Hypothesis."""

import random

from hypothesis import strategies as st

from .common_mail import FIXTURES

SOURCES = {path.name: path.read_bytes() for path in sorted(FIXTURES.glob('*.eml'))}

KNOWN = '<known@shop.example>'  # the id of a mail of ours

CHARSETS = (
    *('utf-8', 'us-ascii', 'latin-1', 'utf-7', 'utf-16', 'utf-32-be', 'iso-2022-jp', 'big5'),
    *('x-unknown', '', '"', 'hex', 'base64', 'rot13', 'idna', 'punycode', 'undefined', 'zlib'),
    *('unicode_escape', 'raw_unicode_escape', 'mbcs', 'a' * 3000, 'utf\0-8', "utf-8'en'"),
)
ENCODINGS = ('base64', 'quoted-printable', '7bit', '8bit', 'binary', 'x-uuencode', 'gzip', '', '\0')
TYPES = (
    *('text/plain', 'text/html', 'text', '/', '', 'text/calendar', 'multipart/alternative'),
    *('multipart/mixed', 'multipart/report', 'multipart/related; boundary=""', 'message/rfc822'),
    *('message/delivery-status', 'message/partial; number=1', 'application/octet-stream'),
    *('multipart/mixed; boundary="a\0b"', 'multipart/signed; boundary=' + 'b' * 300, 'a/b/c;;;='),
)
VALUES = (
    *(KNOWN, f'{KNOWN} {KNOWN}', f'=?utf-8?Q?{KNOWN}?=', 'care@shop.example'),
    *('', ' ', '\t', '<>', '@', '<@>', '""', '"', '(', '(((', ';', ',', ',,,', ':;', 'a:b@c.d;'),
    *('=?utf-8?B?////?=', '=?x-unknown?Q?=E9?=', '=?utf-8?Q?=00?=', '=?utf-7?Q?+2AA-?=', '=??=?='),
    *('=?utf-8?B?4pyT', '=?utf-16?B?2AA=?=', '=?hex?Q?zz?=', '=?utf-8*en?Q?a?=', '\0', 'a\0b@c.d'),
    *('é@müller.example', '\u202e😮', '<a@b', 'a@b>', '<<a@b>>', '"a"@b', 'a@[127.0.0.1]', 'a@b@c'),
    *('Undisclosed recipients:;', 'MAILER-DAEMON', 'Emma <emma.clark@customer.example', '=,=@=.='),
    *('0', '-1', 'auto-replied', 'bulk', 'yes', 'NaN', '1' * 400, 'x' * 20_000, '<x@y> ' * 2000),
    *('Thu, 99 Foo 99999 99:99:99 +9999', 'Fri, 31 Dec 9999 23:59:59 -2300', '1 Jan 0001 00:00'),
    *('Mon, 1 Jan 1900 00:00:00 +0000', '2026-11-29T10:00:00Z', 'Thu, 1 Jan 1970 00:00:00 -9900'),
    *('attachment; filename*0*=utf-8%00', "attachment; filename*=utf-8''%", 'inline; filename="'),
    *('attachment; filename="../../a\0.exe"', "a; filename*1=x; filename*0*=hex''%zz", 'a/b; c=d;'),
)
HEADERS = (
    *('From', 'To', 'Cc', 'Bcc', 'Reply-To', 'Sender', 'Return-Path', 'Delivered-To', 'Subject'),
    *('Message-Id', 'In-Reply-To', 'References', 'Date', 'Received', 'MIME-Version', 'List-Id'),
    *('Content-Type', 'Content-Transfer-Encoding', 'Content-Disposition', 'Content-Id'),
    *('Auto-Submitted', 'Precedence', 'X-Auto-Response-Suppress', 'X-Failed-Recipients', 'X-Odd'),
    *('X-Odoo-Message-Id', 'X-Original-To', 'Disposition-Notification-To', '', ' ', 'é', 'a b'),
)


MOST_WORDS = 20  # so many are replaced at most, so that no mail becomes huge


def _split(mail):
    """Return ``(lines of the head, body)``; a folded header is one of the lines."""
    head, _blank, body = mail.replace(b'\r\n', b'\n').partition(b'\n\n')
    lines = []
    for line in head.split(b'\n'):
        if lines and line[:1] in (b' ', b'\t'):
            lines[-1] += b'\n' + line
        else:
            lines.append(line)
    return lines, body


def _join(lines, body):
    return b'\n'.join(lines) + b'\n\n' + body


def _as_bytes(value):
    return value if isinstance(value, bytes) else value.encode('utf-8', 'surrogatepass')


# What may stand where a value belongs; long random ones, too, which no index takes
texts = st.one_of(
    st.sampled_from(VALUES),
    st.text(max_size=60),
    st.binary(max_size=60),
    st.sampled_from(TYPES),
    st.integers(0, 9).map(lambda seed: f'<{random.Random(seed).getrandbits(24_000):x}@long>'),
)
names = st.sampled_from(HEADERS)
places = st.floats(0, 1)


@st.composite
def _changed_header(draw):
    """Set, add or double a header."""
    line = _as_bytes(draw(names)) + b': ' + _as_bytes(draw(texts))
    name = line.partition(b':')[0].lower()
    is_new, twice = draw(st.booleans()), draw(st.booleans())

    def change(mail):
        lines, body = _split(mail)
        kept = lines if is_new else [a for a in lines if a.partition(b':')[0].lower() != name]
        return _join([*kept, *([line] * (1 + twice))], body)

    return change


@st.composite
def _lost_header(draw):
    name = draw(names).lower().encode()

    def change(mail):
        lines, body = _split(mail)
        return _join([a for a in lines if a.partition(b':')[0].lower() != name], body)

    return change


@st.composite
def _disordered_head(draw):
    """Shuffle and repeat lines, or begin with what continues nothing."""
    chance = draw(st.randoms(use_true_random=False))
    first = draw(
        st.sampled_from([b'', b' ', b'\t', b'From x', b':', b'\0', b'>From: a@b', b'\xff'])
    )

    def change(mail):
        lines, body = _split(mail)
        lines = [first, *chance.choices(lines, k=len(lines))]
        return _join(lines, body)

    return change


@st.composite
def _changed_bytes(draw):
    """Put bytes in somewhere, instead of some others."""
    place, length = draw(places), draw(st.sampled_from([0, 0, 1, 2, 40, 2000]))
    content = draw(
        st.one_of(st.binary(max_size=30), st.sampled_from([b'\0', b'\r', b'\n\n', b'=']))
    )

    def change(mail):
        start = int(place * len(mail))
        return mail[:start] + content + mail[start + length :]

    return change


@st.composite
def _changed_words(draw):
    """Call a charset, an encoding or a type by another name wherever it stands."""
    before, after = draw(
        st.one_of(
            st.tuples(
                st.sampled_from(['utf-8', 'us-ascii', 'iso-8859-1']), st.sampled_from(CHARSETS)
            ),
            st.tuples(
                st.sampled_from(['base64', 'quoted-printable', '7bit', '8bit']),
                st.sampled_from(ENCODINGS),
            ),
            st.tuples(
                st.sampled_from(['text/plain', 'text/html', 'multipart/mixed', 'image/png']),
                st.sampled_from(TYPES),
            ),
            st.tuples(st.sampled_from(['boundary=', '--', '=?', '<', '@', '\n']), texts),
        )
    )
    return lambda mail: mail.replace(_as_bytes(before), _as_bytes(after), MOST_WORDS)


@st.composite
def _nested(draw):
    """Put the mail into another, so many times; sometimes the last boundary is missing."""
    depth = draw(st.sampled_from([1, 2, 20, 150]))
    kind = draw(st.sampled_from(['mixed', 'alternative', 'related', 'digest', 'report', 'odd']))
    is_mail, is_closed = draw(st.booleans()), draw(st.booleans())

    def change(mail):
        lines, body = _split(mail)
        inner = b'Content-Type: message/rfc822\n\n' + mail if is_mail else b'\n' + body
        for level in range(depth):
            mark = b'b%d' % level
            end = b'\n--' + mark + b'--\n' if is_closed else b'\n'
            inner = b''.join(
                [
                    b'Content-Type: multipart/%s; boundary=%s\n\n--%s\n'
                    % (kind.encode(), mark, mark),
                    inner,
                    end,
                ]
            )
        head, _blank, rest = inner.partition(b'\n\n')
        kept = [a for a in lines if not a.lower().startswith(b'content-')]
        return _join([*kept, head], rest)

    return change


@st.composite
def _added_part(draw):
    """Append a part which says of itself what is not so."""
    kind, charset = draw(st.sampled_from(TYPES)), draw(st.sampled_from(CHARSETS))
    encoding, name = draw(st.sampled_from(ENCODINGS)), draw(texts)
    content = draw(st.binary(max_size=200))
    part = b'\n'.join(
        [
            b'--added',
            _as_bytes(f'Content-Type: {kind}; charset="{charset}"'),
            _as_bytes(f'Content-Transfer-Encoding: {encoding}'),
            b'Content-Disposition: attachment; filename="' + _as_bytes(name) + b'"',
            b'',
            content,
            b'--added--',
            b'',
        ]
    )

    def change(mail):
        lines, body = _split(mail)
        kept = [a for a in lines if not a.lower().startswith(b'content-type')]
        own = [a for a in lines if a.lower().startswith(b'content-type')] or [b'']
        head = [*kept, b'Content-Type: multipart/mixed; boundary=added']
        return _join(head, b'--added\n' + own[0] + b'\n\n' + body + b'\n' + part)

    return change


whole = st.sampled_from(
    [
        lambda mail: mail[: len(mail) // 2],
        lambda mail: mail.replace(b'\n', b'\r'),
        lambda mail: mail.replace(b'\n', b'\r\n'),
        lambda mail: mail.replace(b'\n\n', b'\n', 1),
        lambda mail: b'\n' + mail,
        lambda mail: b'\xef\xbb\xbf' + mail,
        lambda mail: mail.decode('latin-1').encode('utf-16'),
        lambda mail: b'',
    ]
)
changes = st.one_of(
    _changed_header(),
    _changed_header(),
    _lost_header(),
    _disordered_head(),
    _changed_bytes(),
    _changed_words(),
    _nested(),
    _added_part(),
    whole,
)


@st.composite
def broken_mails(draw):
    """A real mail with some changes, as bytes."""
    mail = SOURCES[draw(st.sampled_from(sorted(SOURCES)))]
    for change in draw(st.lists(changes, min_size=1, max_size=4)):
        mail = change(mail)
    return mail
