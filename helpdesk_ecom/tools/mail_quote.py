"""Where a person's own words end in a mail, and the history that the mail program added begins.

No ORM. Texts come as lines, so that plain text and HTML share what is known about mail programs.
Nothing is ever cut away here: the caller learns from which line on it may fold.
"""

import re

# "wrote", as mail programs say it.
_WROTE = re.compile(
    r'\b(?:wrote|writes|schrieb|geschrieben|schreef|geschreven|skrev|skrifaði|kirjoitti|'
    r'a écrit|écrit|escribió|escribi[oó]|escreveu|va escriure|ha scritto|scrisse|'
    r'a scris|napisał\w*|napísal\w*|napsal\w*|napisao|написав|написала?|пише|пишет|написа|'
    r'írta|yazdı|έγραψε|viết|menulis)\b'
    r'|写道|寫道|写到|のメール|書きました|작성|เขียน|כתב|كتب',
    re.IGNORECASE,
)
_ADDRESS = re.compile(r'[\w.+%-]+@[\w-]+\.[\w.-]+')
_DATE = re.compile(
    r'\b(?:19|20)\d\d\b|\b\d{1,2}[:.h]\d\d\b|\d{1,2}[./-]\d{1,2}[./-]\d{2,4}|\d{1,2}月|\d{1,2}월'
)
_TIME = re.compile(r'\d{1,2}[:.h]\d\d')
# How an attribution begins that goes on in the next line.
_LEAD = re.compile(
    r'^(?:on|am|le|el|em|op|den|il|in data|w dniu|dňa|dne|på|vào|(?:в )?(?:пн|вт|ср|чт|пт|сб|вс))\b'
    r'|^[在于\d]',
    re.IGNORECASE,
)
_ATTRIBUTION_END = re.compile(r'(?:[:：]|wrote\s?-{2,}|写道|寫道|のメール)$', re.IGNORECASE)
_MAX_ATTRIBUTION = 400
_MAX_SEPARATOR = 120

# "-----Original Message-----" and its kin.
_SEPARATOR = re.compile(
    r'^[\s>]*(?:[-_=*–—]\s*){2,}\s*'
    r'(?:original[ -]?(?:message|appointment|nachricht)|reply message|'
    r'ursprüngliche (?:nachricht|mail)|message (?:d.?origine|original)|mensaje original|'
    r'mensagem original|messaggio originale|oorspronkelijk bericht|opprinnelig melding|'
    r'oprindelig meddelelse|ursprungligt meddelande|alkuperäinen viesti|wiadomość oryginalna|'
    r'původní (?:zpráva|e-?mail)|исходное сообщение|eredeti üzenet|orijinal mesaj|mesaj original|'
    r'原始邮件|原始郵件|原邮件|回复的原邮件|元のメッセージ|원본 메(?:시지|일))',
    re.IGNORECASE,
)
# What somebody forwards is new to the reader: it is what the mail is about.
_FORWARD = re.compile(
    r'^[\s>]*(?:[-_=*–—]\s*)*\s*'
    r'(?:(?:begin )?forwarded (?:message|by)|weitergeleitete nachricht|message transféré|'
    r'(?:mensaje|mensagem) (?:reenviado|encaminhada|reenviada)|messaggio inoltrato|'
    r'doorgestuurd bericht|vidarebefordrat meddelande|videresendt (?:melding|meddelelse)|'
    r'przekazana wiadomość|пересылаемое сообщение|转发(?:的)?邮件|轉寄郵件|転送メッセージ)',
    re.IGNORECASE,
)
_RULE = re.compile(r'^\s*[_\-=*]{5,}\s*$')
# "From:", "Sent:" ... by what they stand for.
_HEADERS = {
    'from': r'from|von|de|da|van|fra|från|lähettäjä|od|от|від|feladó|kimden|gönderen|发件人|寄件者|'
    r'寄件人|差出人|送信者|보낸 ?사람',
    'date': r'sent|date|gesendet|datum|envoyé|enviado(?: el| em)?|fecha|data|inviato|verzonden|'
    r'sendt|dato|skickat|lähetetty|wysłano|odesláno|отправлено|дата|elküldve|gönderildi|tarih|'
    r'发送时间|日期|寄件日期|傳送日期|送信日時|日時|보낸 ?날짜|날짜',
    'to': r'to|an|à|para|a|aan|til|till|vastaanottaja|do|komu|кому|címzett|kime|收件人|收件者|宛先|'
    r'받는 ?사람|reply-to|cc|kopie|kopi|抄送|副本',
    'subject': r'subject|betreff|objet|asunto|assunto|oggetto|onderwerp|emne|ämne|aihe|temat|'
    r'předmět|тема|tárgy|konu|主题|主旨|件名|제목',
}
_HEADER = re.compile(
    r'^[\s>*]*(?:'
    + '|'.join(f'(?P<{name}>{words})' for name, words in _HEADERS.items())
    + r')\s*\*?\s*[:：]\s*\S',
    re.IGNORECASE,
)
_HEADER_BLOCK_LINES = 10
_PHONE_SIGNATURE = re.compile(
    r'^(?:sent (?:from|with|via|by)|get outlook|gesendet (?:von|mit)|von meinem .{1,30} gesendet|'
    r'envoyé (?:de|depuis)|enviado (?:desde|do|de)|inviato (?:da|dal)|verzonden (?:vanaf|met)|'
    r'verstuurd vanaf|sendt fra|skickat från|lähetetty|wysłane z|odesláno z|отправлено (?:с|из)|'
    r'发自|來自我的|来自我的|從我的|iPhoneから送信|나의 .{1,20}에서 보냄).{0,80}$',
    re.IGNORECASE,
)
_SIGNATURE = re.compile(r'^--\s?$|^_{5,}\s*$')
_SIGNATURE_LINES = 8


def is_quote_line(line):
    """Tell whether a line of plain text is quoted by its mark: ``> like this``, ``A> or this``."""
    return bool(re.match(r'^\s{0,3}[A-Z]{0,2}>', line))


def find_history(lines, quoted=None):
    """Return the index of the line from which on nothing is the person's own, or None.

    None also means: there would be nothing left, or what follows was forwarded.

    :param list[str] lines: the text.
    :param list[bool] quoted: for each line whether it is known to be quoted; found out by its mark
        in plain text if not given.
    """
    if quoted is None:
        quoted = [is_quote_line(line) for line in lines]
    end = len(lines)
    for index, line in enumerate(lines):
        if quoted[index] or not line.strip():
            continue
        if len(line) <= _MAX_SEPARATOR and _FORWARD.match(line):
            return None
        if _is_separator(lines, index) or _is_header_block(lines, index):
            end = index
            break
        start = _find_attribution(lines, index)
        if start is not None and _opens_history(lines, quoted, start, index):
            end = start
            break
    end = _strip_tail(lines, quoted, end)
    if all(quoted[index] or not lines[index].strip() for index in range(end)):
        return None
    # Blank lines are nothing to unfold.
    return next((index for index in range(end, len(lines)) if lines[index].strip()), None)


def own_words(text):
    """Return what the person wrote in a plain text mail, without history and signature."""
    lines = text.replace('\r\n', '\n').split('\n')
    end = find_history(lines)
    return '\n'.join(lines[:end]).strip()


def _is_separator(lines, index):
    """Tell whether the line announces the original message, by words or by headers below it."""
    line = lines[index]
    if len(line) > _MAX_SEPARATOR:
        return False
    if _SEPARATOR.match(line):
        return True
    following = next((i for i in range(index + 1, len(lines)) if lines[i].strip()), None)
    return bool(_RULE.match(line)) and following is not None and _is_header_block(lines, following)


def _is_header_block(lines, index):
    """Tell whether the headers of another mail begin here: its sender, and two more things."""
    first = _HEADER.match(lines[index])
    if not first or not (first['from'] or first['date']):
        return False
    kinds = set()
    for line in lines[index : index + _HEADER_BLOCK_LINES]:
        match = _HEADER.match(line)
        if match:
            kinds.add(match.lastgroup)
    return 'from' in kinds and len(kinds) >= 3


def _find_attribution(lines, last):
    """Return where "On Monday, Emma wrote:" begins that ends in line ``last``, or None."""
    if len(lines[last]) > _MAX_ATTRIBUTION or not _ATTRIBUTION_END.search(lines[last].rstrip()):
        return None
    found = None
    for first in range(last, max(last - 3, -1), -1):
        opening = lines[first].strip()
        if not opening or (first < last and not _LEAD.match(opening)):
            break
        joined = ' '.join(lines[first : last + 1])
        if len(joined) > _MAX_ATTRIBUTION:
            break
        has_date, has_address = _DATE.search(joined), _ADDRESS.search(joined)
        has_verb = _WROTE.search(joined)
        if (has_verb and has_date) or (has_date and has_address):
            found = first
            break
        if has_verb and has_address and found is None:
            found = first
    if found:
        before = lines[found - 1].strip()
        ends = before.endswith(('.', '!', '?', ':'))
        if not ends and _LEAD.match(before) and _DATE.search(before):
            found -= 1
    return found


def _opens_history(lines, quoted, first, last):
    """Tell whether nothing but history, with marks or bare, follows the attribution."""
    following = [i for i in range(last + 1, len(lines)) if lines[i].strip()]
    if not following:
        return True
    if not quoted[following[0]]:
        # Some programs quote without a mark. Then the announcement must leave no doubt.
        announcement = ' '.join(lines[first : last + 1])
        return bool(_ADDRESS.search(announcement) or _TIME.search(announcement))
    own = [i for i in following if not quoted[i]]
    return not own or _is_signature(lines, own[0], len(lines))


def _is_signature(lines, index, end):
    """Tell whether a short signature begins here that ends the text at ``end``."""
    if not _SIGNATURE.match(lines[index].rstrip()):
        return False
    return sum(bool(line.strip()) for line in lines[index + 1 : end]) <= _SIGNATURE_LINES


def _strip_tail(lines, quoted, end):
    """Return ``end`` moved up over what else belongs to the end: quotes, signatures, blanks."""
    for index in range(end):
        if not quoted[index] and _is_signature(lines, index, end):
            end = index
            break
    while end and (
        not lines[end - 1].strip()
        or quoted[end - 1]
        or _PHONE_SIGNATURE.match(lines[end - 1].strip())
    ):
        end -= 1
    return end
