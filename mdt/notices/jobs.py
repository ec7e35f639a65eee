"""Mail: that something waits, and where. Never what."""

import smtplib
from email.message import EmailMessage
from typing import Any
from urllib.parse import parse_qs, unquote, urlsplit

from mdt.identity.queries import mail_address
from mdt.kernel import runtime
from mdt.kernel.clock import now
from mdt.kernel.i18n import gettext, in_language
from mdt.kernel.work import job
from mdt.notices.queries import count_unread
from mdt.notices.terms import MAIL_BODY, MAIL_SUBJECT

TIMEOUT_S = 15


@job("notices.mail")
def mail_person(payload: dict[str, Any]) -> None:
    """Send the person of the payload one mail if something is still unread and an address is known."""
    with runtime.database().reading() as session:
        to = mail_address(session, payload["person_id"])
        waiting = count_unread(session, payload["person_id"])
    if to is None or not waiting or not runtime.settings().mail_url:
        return
    send(letter(to.address, to.lang), runtime.settings().mail_url)


def letter(address: str, lang: str) -> EmailMessage:
    """The mail to `address` in the language of its reader."""
    parts = urlsplit(runtime.settings().mail_url)
    sender = parse_qs(parts.query).get("from", [f"mdt@{parts.hostname or 'localhost'}"])[0]
    message = EmailMessage()
    with in_language(lang):
        message["Subject"] = gettext(MAIL_SUBJECT)
        message.set_content(f"{gettext(MAIL_BODY)}\n{runtime.settings().base_url}/notices\n")
    message["From"], message["To"], message["Date"] = sender, address, now()
    return message


def send(message: EmailMessage, url: str) -> None:
    """Hand one mail to the server of `smtp://user:password@host:port?from=address` (`smtps://`: TLS from the start).

    Raises OSError or smtplib.SMTPException; the job is then tried again later.
    """
    parts = urlsplit(url)
    kind = smtplib.SMTP_SSL if parts.scheme == "smtps" else smtplib.SMTP
    with kind(parts.hostname or "localhost", parts.port or 0, timeout=TIMEOUT_S) as server:
        server.ehlo()
        if parts.scheme == "smtp" and server.has_extn("starttls"):
            server.starttls()
            server.ehlo()
        if parts.username:
            server.login(unquote(parts.username), unquote(parts.password or ""))
        server.send_message(message)
