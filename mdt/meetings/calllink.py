"""The link of a call held with somebody else's software: only https, named by its host."""

from urllib.parse import urlsplit

from mdt.kernel.i18n import N_

PROVIDERS = (
    ("meeting.tencent.com", "tencent", N_("腾讯会议")),
    ("voovmeeting.com", "voov", "VooV Meeting"),
    ("jit.si", "jitsi", "Jitsi"),
)
MAX_LENGTH = 500


def is_call_link(link: str) -> bool:
    """Whether `link` is an https address with a host, without a user name, blanks or control characters."""
    if len(link) > MAX_LENGTH or any(character.isspace() or not character.isprintable() for character in link):
        return False
    try:
        parts = urlsplit(link)
        _port = parts.port
    except ValueError:
        return False
    return parts.scheme == "https" and bool(parts.hostname) and not parts.username and "\\" not in link


def provider(link: str) -> tuple[str, str]:
    """(code, source name) of the service behind `link`; `("", "")` without a link."""
    if not link:
        return "", ""
    host = urlsplit(link).hostname or ""
    for domain, code, name in PROVIDERS:
        if host == domain or host.endswith(f".{domain}"):
            return code, name
    if "jitsi" in host:
        return "jitsi", "Jitsi"
    return "other", N_("视频会议")
