"""What leaves the house about a meeting: the calendar file and the text for a group chat. No patient data."""

from datetime import timedelta

from icalendar import Alarm, Calendar, Event
from sqlalchemy.orm import Session

from mdt.identity.queries import hospital_cards, person_cards
from mdt.kernel import runtime
from mdt.kernel.actor import Actor
from mdt.kernel.clock import SHANGHAI
from mdt.kernel.i18n import N_, gettext
from mdt.kernel.query import query
from mdt.meetings import calllink, policy
from mdt.meetings.models import Meeting
from mdt.meetings.terms import MeetingState

ALARM = timedelta(minutes=-15)
WEEKDAYS = (N_("周一"), N_("周二"), N_("周三"), N_("周四"), N_("周五"), N_("周六"), N_("周日"))
CALENDAR_TITLE = N_("MDT 会诊 %(number)s")
INVITATION_TEXT = N_(
    "【MDT 会诊】%(number)s\n时间：%(day)s（%(weekday)s）%(clock)s，约 %(minutes)s 分钟\n主持：%(chair)s\n"
    "请登录会诊台答复并查看议程：%(page)s"
)
CALL_TEXT = N_("%(provider)s：%(link)s")


def page_address(meeting: Meeting) -> str:
    """The address of the meeting's page."""
    return f"{runtime.settings().base_url}/meetings/{meeting.id}"


@query(policy.READ)
def calendar_file(session: Session, _actor: Actor, meeting: Meeting, _ask: None) -> bytes:
    """The meeting as an iCalendar object (RFC 5545, RFC 5546): the UID stays, SEQUENCE rises with each change,
    a cancelled meeting is a CANCEL. Its title is the number alone."""
    is_cancelled = meeting.state is MeetingState.CANCELLED
    hospital = hospital_cards(session, {meeting.hospital_id})[meeting.hospital_id]
    file = Calendar()
    file.add("PRODID", "-//MDT board//meetings//ZH")
    file.add("VERSION", "2.0")
    file.add("METHOD", "CANCEL" if is_cancelled else "REQUEST")
    entry = Event()
    entry.add("UID", f"{meeting.id}@meetings.mdt")
    entry.add("SEQUENCE", meeting.version)
    entry.add("DTSTAMP", meeting.changed_at)
    entry.add("DTSTART", meeting.starts_at.astimezone(SHANGHAI))
    entry.add("DTEND", (meeting.starts_at + timedelta(minutes=meeting.duration_min)).astimezone(SHANGHAI))
    entry.add("SUMMARY", gettext(CALENDAR_TITLE, number=meeting.number))
    entry.add("STATUS", "CANCELLED" if is_cancelled else "CONFIRMED")
    entry.add("ORGANIZER", "invalid:nomail", parameters={"CN": hospital.name})
    entry.add("DESCRIPTION", page_address(meeting))
    if meeting.call_link:
        entry.add("LOCATION", meeting.call_link)
    if not is_cancelled:
        entry.add_component(_alarm(meeting))
    file.add_component(entry)
    file.add_missing_timezones()
    return bytes(file.to_ical())


def _alarm(meeting: Meeting) -> Alarm:
    alarm = Alarm()
    alarm.add("ACTION", "DISPLAY")
    alarm.add("TRIGGER", ALARM)
    alarm.add("DESCRIPTION", gettext(CALENDAR_TITLE, number=meeting.number))
    return alarm


@query(policy.READ)
def invitation_text(session: Session, _actor: Actor, meeting: Meeting, _ask: None) -> str:
    """What one pastes into a group chat: time, chair, number, links; never a case."""
    starts = meeting.starts_at.astimezone(SHANGHAI)
    chair = person_cards(session, {meeting.chair_id}).get(meeting.chair_id)
    text = gettext(
        INVITATION_TEXT,
        day=starts.strftime("%Y-%m-%d"),
        weekday=gettext(WEEKDAYS[starts.weekday()]),
        clock=starts.strftime("%H:%M"),
        minutes=meeting.duration_min,
        chair=chair.name if chair else "",
        number=meeting.number,
        page=page_address(meeting),
    )
    _code, provider = calllink.provider(meeting.call_link)
    if provider:
        text += "\n" + gettext(CALL_TEXT, provider=gettext(provider), link=meeting.call_link)
    return text
