"""The gate: who is this request? Session rows, bearer tokens, throttling, CSRF. (Sign-in itself is the kernel's own
kind of write: session rows, throttle rows and the time a session was last seen.)"""

import hmac
from dataclasses import dataclass
from datetime import datetime, timedelta
from urllib.parse import urlsplit

from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session

from mdt.identity import passwords
from mdt.identity.models import IDLE, LONGEST, ApiToken, JoinLink, Membership, Person, SignedIn, Throttle
from mdt.kernel import clock, runtime
from mdt.kernel.actor import NOBODY, SYSTEM, Actor
from mdt.kernel.database import insert_unless_there
from mdt.kernel.errors import Forbidden, Invalid, Refused, SignIn, TooMany
from mdt.kernel.i18n import N_
from mdt.kernel.policy import Subject
from mdt.kernel.transaction import transaction

SEEN_EVERY = timedelta(seconds=60)
STEP_UP = timedelta(minutes=15)
KNOWN_FOR = timedelta(days=30)
FREE_FAILURES = 5
NETWORK_FAILURES = 50
NETWORK_WINDOW = timedelta(minutes=10)


@dataclass(frozen=True, slots=True)
class Proof:
    """A fresh session: `token` goes into the cookie and is kept nowhere else."""

    token: str
    session_id: str
    person_id: str


class WrongCredentials(SignIn):
    """Wrong name or password: the same answer for both."""

    code = "wrong_credentials"
    sentence = N_("用户名或密码不正确。")


class CsrfRefused(Forbidden):
    code = "csrf"
    sentence = N_("页面已过期，请刷新后再试。")


def sign_in(username: str, password: str, *, address: str, device: str) -> Proof:
    """Open a session.

    Raises:
        WrongCredentials, TooMany: too many failures.
    """
    with runtime.database().reading() as session:
        person = session.execute(select(Person).where(Person.username == username)).scalar()
        is_known = person is not None and _is_known_place(session, person.id, address)
    keys = [f"name:{username.lower()[:60]}" + (f"@{address}" if is_known else ""), f"net:{address}"]
    _demand_patience(keys)
    right = passwords.is_password(person.password_hash if person and person.active else "", password)
    if person is None or not right:
        _count_failure(keys)
        raise WrongCredentials
    token = passwords.new_token()
    moment = clock.now()
    row = SignedIn(
        token_hash=passwords.token_hash(token),
        person_id=person.id,
        started_at=moment,
        proved_at=moment,
        seen_at=moment,
        ended_at=None,
        device=device[:200],
        address=address[:60],
    )
    with transaction(Actor(person_id=person.id)) as tx:
        tx.session.add(row)
        tx.session.execute(delete(Throttle).where(Throttle.key == keys[0]))
        tx.session.flush()  # the id goes into the audit row
        tx.audit("signed_in", person.subject, "session", row.id)
    return Proof(token, row.id, person.id)


def _is_known_place(session: Session, person_id: str, address: str) -> bool:
    """Whether the person has signed in from this address lately: a stranger's failures elsewhere do not count here,
    so nobody can hold another's account locked."""
    since = clock.now() - KNOWN_FOR
    known = select(SignedIn.id).where(
        SignedIn.person_id == person_id, SignedIn.address == address[:60], SignedIn.started_at > since
    )
    return session.execute(known.limit(1)).first() is not None


def prove_again(actor: Actor, password: str) -> None:
    """Step-up: mark the session as freshly proved. Raises Invalid for a wrong password."""
    keys = [f"name:{actor.person_id}"]
    _demand_patience(keys)
    with runtime.database().reading() as session:
        person = session.get(Person, actor.person_id)
    if person is None or not passwords.is_password(person.password_hash, password):
        _count_failure(keys)
        raise Invalid("wrong_credentials", N_("密码不正确。"), fields={"password": [N_("密码不正确。")]})
    with transaction(actor) as tx:
        tx.session.execute(update(SignedIn).where(SignedIn.id == actor.session_id).values(proved_at=tx.at))
        tx.session.execute(delete(Throttle).where(Throttle.key.in_(keys)))


def demand_current_password(actor: Actor, password: str) -> None:
    """Before a new password: the present one, its guesses throttled like sign-ins. Raises Invalid, TooMany."""
    try:
        prove_again(actor, password)
    except Invalid:
        wrong = N_("当前密码不正确。")
        raise Invalid("person.wrong_password", wrong, fields={"current": [wrong]}) from None


def _demand_patience(keys: list[str]) -> None:
    moment = clock.now()
    with runtime.database().reading() as session:
        rows = session.execute(select(Throttle.until).where(Throttle.key.in_(keys), Throttle.until > moment)).scalars()
        until = max(rows, default=None)
    if until is not None:
        wait = max(1, int((until - moment).total_seconds()) + 1)
        raise TooMany("sign_in_throttled", N_("登录失败次数过多，请 %(retry_after)s 秒后再试。"), retry_after=wait)


def _count_failure(keys: list[str]) -> None:
    with transaction(NOBODY) as tx:
        for key in keys:
            new = {"key": key, "failures": 0, "first_at": tx.at, "until": tx.at}
            tx.session.execute(insert_unless_there(tx.session, Throttle, ["key"]).values(new))
            row = tx.session.get_one(Throttle, key, with_for_update=True)  # guesses sent at once all count
            if key.startswith("net:") and tx.at - row.first_at > NETWORK_WINDOW:
                row.failures, row.first_at = 0, tx.at
            row.failures += 1
            row.until = tx.at + _delay(key, row.failures)


def _delay(key: str, failures: int) -> timedelta:
    if key.startswith("net:"):
        return timedelta(seconds=60 if failures >= NETWORK_FAILURES else 0)
    return timedelta(seconds=min(2 ** (failures - FREE_FAILURES), 300) if failures >= FREE_FAILURES else 0)


def actor_of_session(token: str, request_id: str = "", *, touch: bool = True) -> Actor:
    """The actor behind a session cookie; NOBODY when it is unknown, ended, idle or too old."""
    moment = clock.now()
    with runtime.database().reading() as session:
        row = session.execute(select(SignedIn).where(SignedIn.token_hash == passwords.token_hash(token))).scalar()
        if row is None or not row.is_alive(moment):
            return NOBODY
        actor = _actor(session, row.person_id, row.id, row.proved_at, "person", frozenset(), request_id)
    if touch and moment - row.seen_at > SEEN_EVERY:
        touch_session(row.id)
    return actor


def touch_session(session_id: str) -> None:
    """The person is here: idle time starts anew (a live room counts)."""
    with transaction(NOBODY) as tx:
        tx.session.execute(update(SignedIn).where(SignedIn.id == session_id).values(seen_at=tx.at))


def is_live(session_id: str) -> bool:
    """Whether the session still stands and its person is active (asked for every open socket)."""
    moment = clock.now()
    with runtime.database().reading() as session:
        row = session.get(SignedIn, session_id)
        person = session.get(Person, row.person_id) if row else None
        return bool(row and person and person.active and row.is_alive(moment))


def live_sessions(session_ids: set[str]) -> set[str]:
    """Which of the sessions still stand (asked every half second for all open sockets at once)."""
    moment = clock.now()
    wanted = select(SignedIn).join(Person, Person.id == SignedIn.person_id)
    with runtime.database().reading() as session:
        rows = session.execute(wanted.where(SignedIn.id.in_(session_ids), Person.active)).scalars()
        return {row.id for row in rows if row.is_alive(moment)}


def expires_in_s(session_id: str) -> int:
    """Seconds until the session ends by idling or age."""
    moment = clock.now()
    with runtime.database().reading() as session:
        row = session.get(SignedIn, session_id)
        if row is None or not row.is_alive(moment):
            return 0
        return int(min(row.seen_at + IDLE - moment, row.started_at + LONGEST - moment).total_seconds())


def actor_of_token(token: str, request_id: str = "") -> Actor:
    """The actor behind a bearer token; NOBODY when unknown or revoked."""
    with runtime.database().reading() as session:
        row = session.execute(
            select(ApiToken).where(ApiToken.token_hash == passwords.token_hash(token), ApiToken.revoked_at.is_(None))
        ).scalar()
        if row is None:
            return NOBODY
        return _actor(session, row.person_id, "", None, "token", frozenset(row.scopes), request_id)


def end_every_way_in() -> None:
    """After a restore: no session, token or one-time link of the past opens anything."""
    with transaction(SYSTEM) as tx:
        session = tx.session
        session.execute(update(SignedIn).where(SignedIn.ended_at.is_(None)).values(ended_at=tx.at))
        session.execute(update(ApiToken).where(ApiToken.revoked_at.is_(None)).values(revoked_at=tx.at))
        session.execute(update(JoinLink).where(JoinLink.used_at.is_(None)).values(used_at=tx.at))
        tx.audit("house.restored", Subject("system", ""), "house", "")


def _actor(  # noqa: PLR0913, PLR0917 - one row of facts about a request
    session: Session,
    person_id: str,
    session_id: str,
    proved_at: datetime | None,
    kind: str,
    scope: frozenset[str],
    request_id: str,
) -> Actor:
    found = session.execute(
        select(Person, Membership)
        .join(Membership, (Membership.person_id == Person.id) & Membership.is_primary)
        .where(Person.id == person_id, Person.active)
    ).first()
    if found is None:
        return NOBODY
    person, membership = found
    return Actor(
        person_id=person.id,
        name=person.name,
        hospital_id=membership.hospital_id,
        department=membership.department,
        roles=frozenset(membership.roles),
        session_id=session_id,
        signed_in_at=proved_at,
        kind=kind,
        scope=scope,
        lang=person.lang,
        request_id=request_id,
    )


def actor_of_person(person_id: str) -> Actor:
    """The actor of a person as the demo, tests and jobs act for them; proved now. Raises SignIn if inactive."""
    with runtime.database().reading() as session:
        actor = _actor(session, person_id, "", clock.now(), "person", frozenset(), "")
    if actor is NOBODY:
        raise SignIn
    return actor


def csrf_token(session_id: str) -> str:
    """The value of `mdt_csrf`: bound to the session row."""
    return passwords.keyed("csrf", session_id)


def demand_csrf(session_id: str, sent: str) -> None:
    """Raises CsrfRefused unless `sent` is this session's value."""
    if not hmac.compare_digest(sent.encode(), csrf_token(session_id).encode()):
        raise CsrfRefused


def demand_same_origin(origin: str, site: str, host: str) -> None:
    """Check Origin and Sec-Fetch-Site where a browser sent them. Raises CsrfRefused for a foreign page, and for one
    without an origin of its own (`null`): ours are served with `Referrer-Policy: same-origin` and have one."""
    if site and site not in ("same-origin", "none"):
        raise CsrfRefused
    if origin and not is_our_origin(origin, host):
        raise CsrfRefused


def is_our_origin(origin: str, host: str) -> bool:
    """Whether an Origin header names this host or the public address."""
    ours = {host, urlsplit(runtime.settings().public_url).netloc}
    return urlsplit(origin).netloc in ours - {""}


def demand_recent_proof(actor: Actor, password: str | None) -> None:
    """Signing, export and roles need a proof of identity not older than 15 minutes.

    Raises:
        ConfirmRequired: none so recent and no password given. Invalid: the password is wrong.
    """
    if password:
        prove_again(actor, password)
        return
    if actor.signed_in_at is None or clock.now() - actor.signed_in_at > STEP_UP:
        raise ConfirmRequired


class ConfirmRequired(Refused):
    status = 403
    code = "confirm_required"
    sentence = N_("请再次输入密码以确认是您本人。")
