"""Mail by SMTP (RFC 5321), to one address or several: HTML that reads well light and dark, and the same
as plain text.

The one unclear moment is known exactly: until the line with the final dot has been sent, every fault
means that nothing was taken; from then on until the server answers nobody knows. A server that takes the
mail passes it on, and what becomes of it then is not seen.
"""

from __future__ import annotations

import logging
import re
import smtplib
import socket
import ssl
import threading
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime
from hashlib import sha256
from html import escape
from select import select
from typing import Any
from urllib.parse import parse_qs, unquote, urlsplit

from service.channels.channel import ChannelLimits, Outcome, Unlooked
from service.channels.specs import ChannelKind, Mail, Tools, unfit
from service.core.alerts.deliveries import NONE, Composed, HandedOver, Refused, Unknown, Wait
from service.core.alerts.message import Message, Paragraph, Span, TextRow, as_text, fitted
from service.errors import SettingsError
from service.sentences import Sentence

log = logging.getLogger(__name__)

TIMEOUT = 10.0
_AGAIN = 60.0
_MOST = 50
_ADDRESS = re.compile(r"[A-Za-z0-9._%+'-]{1,64}@[A-Za-z0-9-]+(\.[A-Za-z0-9-]+)*")
_STYLE = """\
:root{color-scheme:light dark;supported-color-schemes:light dark}
@media (prefers-color-scheme:dark){
body,.back{background:#14171c!important}.card{background:#1d2229!important;border-color:#323a45!important}
.head{color:#f4f6f8!important;border-color:#323a45!important}.name{color:#8fb4f0!important}
.text{color:#d5dbe3!important}a{color:#8fb4f0!important}.foot,.foot a{color:#8b96a5!important}
}"""
_FONTS = (
    "-apple-system,BlinkMacSystemFont,'Segoe UI','PingFang SC','Hiragino Sans GB','Microsoft YaHei',"
    "'Noto Sans CJK SC',Helvetica,Arial,sans-serif"
)


@dataclass(frozen=True)
class Server:
    """Where mails are taken: `tls` is `implicit`, `starttls` or `none`."""

    host: str
    port: int
    tls: str
    user: str = ""
    password: str = ""

    def __repr__(self) -> str:
        return "Server()"


@dataclass(frozen=True, repr=False)
class Email(Unlooked):
    name: str
    to: tuple[str, ...]
    server: Server
    sender: str
    timeout: float = TIMEOUT

    # Beyond 102 KB Gmail shows the beginning alone.
    limits = ChannelLimits(100_000, timedelta(seconds=1))

    def render(self, message: Message) -> Composed:
        def fits(tried: Message) -> bool:
            return len(html(tried).encode()) <= self.limits.size

        told = fitted(message, fits)
        written = {"subject": told.heading.words, "text": as_text(told), "html": html(told)}
        return Composed(told, {**written, "lang": told.lang})

    def send(self, rendered: Mapping[str, Any], keys: Sequence[str], now: datetime) -> Outcome:
        return deliver(
            self.server,
            self.sender,
            self.to,
            written(rendered, self.sender, self.to, keys[0], now),
            self.timeout,
        )


def written(
    rendered: Mapping[str, Any], sender: str, to: Sequence[str], key: str, now: datetime
) -> bytes:
    """The mail's bytes. Its Message-ID is made of the key: a repeat is known by it."""
    mail = EmailMessage(policy=SMTP)
    mail["From"] = Address("Horizon", addr_spec=sender)
    mail["To"] = ", ".join(to)
    mail["Subject"] = rendered["subject"]
    mail["Date"] = format_datetime(now)
    mail["Message-ID"] = message_id(key, sender)
    mail["Auto-Submitted"] = "auto-generated"
    mail["Content-Language"] = rendered["lang"]
    mail.set_content(rendered["text"], cte="base64")
    mail.add_alternative(rendered["html"], subtype="html", cte="base64")
    mail.set_boundary(f"=_{sha256(key.encode()).hexdigest()[:24]}")
    return mail.as_bytes()


def message_id(key: str, sender: str) -> str:
    domain = sender.rpartition("@")[2]
    return f"<{sha256(key.encode()).hexdigest()[:40]}@{domain}>"


# ------------------------------------------------------------------ the conversation


class _Stop(Exception):
    """Inside this file: the mail was certainly not taken, and why."""

    def __init__(self, outcome: Refused | Wait) -> None:
        self.outcome = outcome


def deliver(
    server: Server, sender: str, to: Sequence[str], mail: bytes, timeout: float = TIMEOUT
) -> Outcome:
    """One mail, phase by phase. A recipient that is refused does not stop the others."""
    opened: smtplib.SMTP | None = None
    cut: threading.Timer | None = None
    try:
        opened = _opened(server, sender.rpartition("@")[2], timeout)
        # However slowly the server answers: all of it together has a bound.
        cut = threading.Timer(2 * timeout, _shut, (opened,))
        cut.daemon = True
        cut.start()
        refused = _addressed(opened, sender, to)
        _check(opened.docmd("DATA"), 354, "data")
        # As RFC 5321 4.5.2 has it; the final dot by itself.
        lines = re.sub(rb"\r\n|\r|\n", b"\r\n", mail)
        end = b"" if lines.endswith(b"\r\n") else b"\r\n"
        opened.send(re.sub(rb"(?m)^\.", b"..", lines) + end)
        if opened.sock is not None and select([opened.sock], [], [], 0)[0]:
            # It speaks, or has gone, before the mail's end: it has not taken it.
            raise _Stop(Wait("smtp_connection_cut", 0.0))
    except _Stop as stop:
        _close(opened)
        return stop.outcome
    except (OSError, smtplib.SMTPException):
        _close(opened)
        return Wait("smtp_connection_cut", 0.0)
    finally:
        if cut is not None:
            cut.cancel()
    return _ended(opened, refused)


def _ended(opened: smtplib.SMTP, refused: Sequence[str]) -> Outcome:
    """Sends the final dot: from then on until it answers the server may have the mail."""
    try:
        opened.send(b".\r\n")
        code, _ = opened.getreply()
    except (OSError, smtplib.SMTPException) as fault:
        late = isinstance(fault, TimeoutError)
        return Unknown("smtp_timed_out" if late else "smtp_connection_cut")
    finally:
        _close(opened)
    if code != 250:
        return _judged(code, "data")
    if not refused:
        return HandedOver()
    log.warning("a mail went out, but not to %d of its recipients", len(refused))
    return HandedOver(f"not to {', '.join(refused)}, which the mail server refused")


def _opened(server: Server, ours: str, timeout: float) -> smtplib.SMTP:
    """A connection that has said who it is, encrypted as the settings say."""
    context = ssl.create_default_context()
    try:
        if server.tls == "implicit":
            opened: smtplib.SMTP = smtplib.SMTP_SSL(
                server.host, server.port, ours, timeout=timeout, context=context
            )
        else:
            opened = smtplib.SMTP(server.host, server.port, ours, timeout=timeout)
    except ssl.SSLError:
        raise _Stop(Wait("smtp_certificate_not_trusted", 0.0)) from None
    except ConnectionRefusedError:
        raise _Stop(Wait("smtp_connection_refused", 0.0)) from None
    except (OSError, smtplib.SMTPException):
        raise _Stop(Wait("smtp_cannot_connect", 0.0)) from None
    try:
        opened.ehlo_or_helo_if_needed()
        if server.tls == "starttls":
            if not opened.has_extn("starttls"):
                raise _Stop(Refused("smtp_no_starttls"))
            opened.starttls(context=context)
            opened.ehlo()
        if server.user:
            opened.login(server.user, server.password)
    except smtplib.SMTPAuthenticationError as fault:
        _close(opened)
        raise _Stop(_judged(fault.smtp_code, "login")) from None
    except smtplib.SMTPNotSupportedError:
        _close(opened)
        raise _Stop(Refused("smtp_no_login")) from None
    except ssl.SSLError:
        _close(opened)
        raise _Stop(Wait("smtp_certificate_not_trusted", 0.0)) from None
    except _Stop:
        _close(opened)
        raise
    return opened


def _addressed(opened: smtplib.SMTP, sender: str, to: Sequence[str]) -> list[str]:
    """Names sender and recipients; those that were refused."""
    _check(opened.mail(sender), 250, "sender")
    codes = {address: opened.rcpt(address)[0] for address in to}
    refused = [address for address, code in codes.items() if code not in (250, 251)]
    if len(refused) == len(to):
        # Some that are refused for now are worth another try.
        raise _Stop(_judged(min(codes.values()), "recipients"))
    return refused


def _check(reply: tuple[int, bytes], wanted: int, phase: str) -> None:
    if reply[0] != wanted:
        raise _Stop(_judged(reply[0], phase))


def _judged(code: int, phase: str) -> Refused | Wait:
    # Only the code: the text may quote the mail.
    word = f"smtp_{code}_{phase}"
    return Refused(word) if 500 <= code < 600 else Wait(word, _AGAIN)


def _shut(opened: smtplib.SMTP) -> None:
    if opened.sock is not None:
        with suppress(OSError):
            socket.socket.shutdown(opened.sock, socket.SHUT_RDWR)


def _close(opened: smtplib.SMTP | None) -> None:
    if opened is not None:
        with suppress(OSError, smtplib.SMTPException):
            opened.close()


# ------------------------------------------------------------------ the form


def html(message: Message) -> str:
    """The mail's HTML: no image, nothing that is fetched, colours for light and dark."""
    lang = "zh-CN" if message.lang == "zh" else "en"
    heading = escape(message.heading.words)
    parts = "\n".join(_part(message, part) for part in message.body)
    calendar = "查看日历" if message.lang == "zh" else "View calendar"
    foot = f'<a href="{escape(message.url)}" style="color:#66707d">{calendar}</a>'
    return f"""\
<!DOCTYPE html>
<html lang="{lang}"><head><meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark"><meta name="supported-color-schemes" content="light dark">
<title>{heading}</title><style>{_STYLE}</style></head>
<body style="margin:0;background:#eef1f5">
<table role="presentation" class="back" width="100%" cellpadding="0" cellspacing="0" \
style="background:#eef1f5"><tr><td align="center" style="padding:24px 12px">
<table role="presentation" class="card" width="100%" cellpadding="0" cellspacing="0" \
style="max-width:620px;background:#ffffff;border:1px solid #d9dfe7;border-radius:10px;\
border-collapse:separate;font-family:{_FONTS}">
<tr><td class="head" style="padding:22px 26px 16px;font-size:19px;line-height:1.4;font-weight:600;\
color:#171b21;border-bottom:1px solid #e4e8ee">{heading}</td></tr>
<tr><td style="padding:6px 26px 20px">
{parts}
</td></tr></table>
<p class="foot" style="margin:14px 0 0;font-family:{_FONTS};font-size:12px;color:#66707d">\
Horizon · {foot}</p>
</td></tr></table></body></html>
"""


def _part(message: Message, part: Paragraph) -> str:
    rows = list(part.rows)
    told = []
    if part.items and rows:
        # A list's name.
        told.append(
            '<p class="name" style="margin:18px 0 6px;font-size:13px;font-weight:600;'
            f'color:#2a5db0;letter-spacing:.02em">{_row(rows[0], plain=True)}</p>'
        )
        rows = rows[1:]
    told += [
        f'<p class="text" style="margin:12px 0 0;font-size:15px;line-height:1.6;color:#2b323b">'
        f"{_row(row)}</p>"
        for row in rows
    ]
    items = [_row(item) for item in part.items]
    if part.hidden:
        items.append(_row(TextRow((Span(message.more(part.hidden), url=message.url),))))
    if items:
        shown = "".join(f'<li style="margin:0 0 6px">{item}</li>' for item in items)
        told.append(
            '<ul class="text" style="margin:0;padding:0 0 0 20px;font-size:15px;line-height:1.6;'
            f'color:#2b323b">{shown}</ul>'
        )
    return "\n".join(told)


def _row(row: TextRow, plain: bool = False) -> str:
    return "".join(_span(span, plain) for span in row.spans)


def _span(span: Span, plain: bool) -> str:
    words = escape(span.words)
    if span.url:
        words = (
            f'<a href="{escape(span.url)}" style="color:#2a5db0;text-decoration:none">{words}</a>'
        )
    return f"<strong>{words}</strong>" if span.bold and not plain else words


# ------------------------------------------------------------------ the settings


def read_server(url: str) -> Server:
    """`smtps://user:password@host` (TLS from the start), `smtp://…` (STARTTLS, which must be there), or
    `smtp://host?tls=none` for a server of one's own. Raises SettingsError, without the address."""
    try:
        parts = urlsplit(url)
        host, port = parts.hostname, parts.port
    except ValueError:
        host, port, parts = None, None, urlsplit("")
    if parts.scheme not in ("smtp", "smtps") or not host:
        raise SettingsError("HORIZON_SMTP_URL is no address such as smtp://user:password@host:587")
    tls = "implicit" if parts.scheme == "smtps" else "starttls"
    if (given := parse_qs(parts.query).get("tls")) is not None:
        if given != ["none"] or tls == "implicit":
            raise SettingsError("HORIZON_SMTP_URL: only smtp:// may have ?tls=none")
        tls = "none"
    user, password = unquote(parts.username or ""), unquote(parts.password or "")
    return Server(host, port or (465 if tls == "implicit" else 587), tls, user, password)


def _sender(mail: Mail, server: Server) -> str:
    sender = mail.sender or server.user
    if not _ADDRESS.fullmatch(sender):
        raise SettingsError("HORIZON_MAIL_FROM is not set; write the address that mails are from")
    return sender


def _recipients(given: Any) -> tuple[str, ...]:
    listed = given if isinstance(given, list | tuple) else [given]
    for address in listed:
        if not isinstance(address, str) or not _ADDRESS.fullmatch(address):
            raise unfit(Sentence("no_mail_address", text=str(address)[:100]))
    if not 1 <= len(listed) <= _MOST:
        raise unfit(f"names {len(listed)} addresses; 1 to {_MOST} can be given")
    return tuple(dict.fromkeys(listed))


def _connect(name: str, values: Mapping[str, Any], tools: Tools) -> Email:
    if not tools.mail.url:
        raise SettingsError("HORIZON_SMTP_URL is not set; mails leave through the server it names")
    server = read_server(tools.mail.url)
    return Email(name, values["email"], server, _sender(tools.mail, server))


KIND = ChannelKind(
    "email",
    {"email": _recipients},
    NONE,
    _connect,
    also="; handed over to the mail server",
    remedies={
        "smtp_535_login": "the mail server refuses user or password in HORIZON_SMTP_URL",
        "smtp_no_starttls": "the mail server offers no encryption; write smtps://, or ?tls=none for "
        "one of your own network",
        "smtp_no_login": "the mail server takes no login; leave user and password out",
        "smtp_550_recipients": "the mail server knows none of the recipients",
        "smtp_certificate_not_trusted": "the mail server's certificate is not trusted; check its name",
    },
)
