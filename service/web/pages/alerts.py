"""What the alerts will do and have done: rules, the next digest, deliveries, what nobody hears of."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from starlette.responses import Response

from service.core.alerts import schedule
from service.core.alerts.deliveries import Delivery, State
from service.core.alerts.message import Message, Span, TextRow
from service.core.alerts.rules import ChangeRule, DigestRule, ReminderRule, is_slack
from service.core.alerts.schedule import AlertKind, Due
from service.core.events.event import Event
from service.core.events.filters import Filter
from service.core.events.items import Item
from service.errors import InvalidInput, NotFound, Problem
from service.operations.alerts import channel_health, on_request, plan
from service.operations.alerts.alert_run import AlertSettings
from service.operations.alerts.on_request import NothingToSend
from service.operations.alerts.stored_rules import AlertRules, read_rules
from service.operations.keys import Scope
from service.sentences import Sentence
from service.store import Reading
from service.web.pages import showing
from service.web.pages.site import Site, Visit

AHEAD = timedelta(days=31)
MOST_EVENTS = 500
MOST_UNCOVERED = 20
MOST_DELIVERIES = 60


def register(site: Site) -> None:
    """The addresses of this subject."""
    site.get("/alerts", _alerts, scope=Scope.READ)
    site.post("/alerts/retry", _retry, scope=Scope.WRITE)
    site.post("/alerts/skip", _skip, scope=Scope.WRITE)


def _alerts(visit: Visit) -> Response:
    t = visit.t
    state = (visit.query.get("state") or [""])[0]
    states = [State(state)] if state in list(State) else None
    settings = visit.settings
    with visit.store.reading() as reading:
        held = read_rules(reading)
        bot, webhook = bool(settings.slack_bot_token), bool(settings.slack_webhook_url)
        grades = channel_health.grades(reading, bot=bot, webhook=webhook)
        upcoming = _upcoming(reading, held, visit.now)
        preview = _preview(reading, held, upcoming, visit)
        rows = reading.newest_deliveries(MOST_DELIVERIES + 1, states)
        failed = bool(reading.newest_deliveries(1, [State.FAILED]))
        events = reading.events(row.event_id for row in rows if row.event_id)
        ahead = reading.select(Filter(from_=visit.today), limit=MOST_EVENTS)
    missed = schedule.uncovered(ahead, held.reminders)
    last = visit.site.notices.last_pass
    chips = [
        {
            "label": t.all_states,
            "href": visit.address("/alerts") + "#deliveries",
            "on": not states,
            "kind": "",
        }
    ]
    chips += [
        {
            "label": t.states[known],
            "href": visit.address("/alerts", {"state": [known]}) + "#deliveries",
            "on": known == state,
            "kind": "",
        }
        for known in State
    ]
    return visit.page(
        "alerts.html",
        current="alerts",
        notices=visit.site.notices.texts(),
        disconnected=_waits_for_slack(held, visit),
        promises=[(name, _promise(words, visit.lang)) for name, words in grades.items()],
        last_pass=t.last_pass.format(_at(last, visit)) if last else t.no_pass,
        rules=_rules(held, upcoming, visit),
        preview=preview,
        chips=chips,
        deliveries=[_delivery(row, events, visit) for row in rows[:MOST_DELIVERIES]],
        more=t.more_than_shown.format(MOST_DELIVERIES) if len(rows) > MOST_DELIVERIES else "",
        any_failed=failed,
        may_write=visit.may_write,
        has_reminders=bool(held.reminders),
        uncovered=[
            showing.row(Item(e, e.when, *e.when.in_zone(visit.zone)), visit, quoted=False)
            for e in missed[:MOST_UNCOVERED]
        ],
        uncovered_more=t.more_in_day.format(len(missed) - MOST_UNCOVERED)
        if len(missed) > MOST_UNCOVERED
        else "",
    )


def _waits_for_slack(held: AlertRules, visit: Visit) -> bool:
    """Whether Slack is not connected, and nothing else is named."""
    settings = visit.settings
    if settings.slack_bot_token or settings.slack_webhook_url:
        return False
    return not held.channels or any(map(is_slack, held.channels))


# A promise in Chinese, phrase by phrase; the longest first.
_PROMISES = (
    ("at least once; once for a receiver that keeps ids", "至少一次；接收方记录 id 时恰好一次"),
    ("digests at most once, others at least once", "摘要至多一次，其余至少一次（重复时注明）"),
    ("once within the hour; after it ", "一小时内恰好一次；之后"),
    ("; handed over to the mail server", "；交给邮件服务器为止"),
    ("nothing arrives", "送不到"),
    ("not connected", "未连接"),
    ("not known yet", "尚不清楚"),
)


def _promise(words: str, lang: str) -> str:
    if lang != "zh":
        return words
    if words == "once":
        return "每条恰好一次"
    for english, chinese in _PROMISES:
        words = words.replace(english, chinese)
    return words


def _upcoming(
    reading: Reading, held: AlertRules, now: datetime
) -> dict[tuple[AlertKind, str], Due]:
    """The next alert of each rule, if there is one in the days ahead."""
    if not (held.digests or held.reminders):
        return {}
    found: dict[tuple[AlertKind, str], Due] = {}
    for due, _ in plan.upcoming(reading, now, now + AHEAD):
        found.setdefault((due.kind, due.rule), due)
    return found


def _at(moment: datetime, visit: Visit) -> str:
    return moment.astimezone(visit.zone).strftime("%Y-%m-%d %H:%M")


# -- the rules in words


def _rules(
    held: AlertRules, upcoming: Mapping[tuple[AlertKind, str], Due], visit: Visit
) -> list[dict[str, Any]]:
    t = visit.t
    told = []
    known: Iterable[tuple[AlertKind, DigestRule | ReminderRule | ChangeRule]] = [
        *((AlertKind.DIGEST, k.rule) for k in held.digests),
        *((AlertKind.REMINDER, k.rule) for k in held.reminders),
        *((AlertKind.CHANGE, k.rule) for k in held.changes),
    ]
    for kind, rule in known:
        due = upcoming.get((kind, rule.name))
        following = _at(due.due_at, visit) if due else t.none_upcoming
        told.append(
            {
                "kind": t[f"rule_kind_{kind.value}"],
                "name": rule.name,
                "channel": ", ".join(rule.channels),
                "what": " · ".join(filter(None, (*_what(rule, visit), _which(rule.filter, visit)))),
                "next": t.on_change if kind is AlertKind.CHANGE else following,
            }
        )
    return told


def _what(rule: DigestRule | ReminderRule | ChangeRule, visit: Visit) -> Sequence[str]:
    t = visit.t
    if isinstance(rule, ChangeRule):
        return ()
    when = f"{t.days_of(rule.days)} {rule.at:%H:%M}"
    if isinstance(rule, DigestRule):
        return (when, t.length(rule.ahead, ahead=True))
    return (
        when,
        ("、" if visit.lang == "zh" else ", ").join(t.length(lead) for lead in rule.before),
    )


def _which(wanted: Filter, visit: Visit) -> str:
    return showing.filter_words(wanted, visit)


# -- the next digest


def _preview(
    reading: Reading, held: AlertRules, upcoming: Mapping[tuple[AlertKind, str], Due], visit: Visit
) -> dict[str, Any] | None:
    """The digest that comes next, or the one that is asked for, as a chat will show it."""
    names = [known.rule.name for known in held.digests]
    asked = (visit.query.get("digest") or [""])[0]
    digests = [due for (kind, _), due in upcoming.items() if kind is AlertKind.DIGEST]
    nearest = min(digests, key=lambda due: due.due_at, default=None)
    name = asked if asked in names else nearest.rule if nearest else ""
    if not name:
        return None
    due = upcoming.get((AlertKind.DIGEST, name))
    at = due.due_at if due else visit.now
    settings = visit.settings
    going_by = AlertSettings(
        settings.base_url,
        settings.slack_settle,
        settings.change_window,
        settings.public_excerpts,
        settings.language,
    )
    rule = next(known.rule for known in held.digests if known.rule.name == name)
    try:
        message: Message | None = on_request.preview_digest(reading, name, at, going_by)
    except NothingToSend:
        message = None
    return {
        "channel": ", ".join(rule.channels),
        "at": _at(at, visit),
        "parts": parts(message) if message else [],
        "lang": rule.lang,
        "others": [
            {
                "label": other,
                "href": visit.address("/alerts", {"digest": [other]}),
                "on": other == name,
            }
            for other in names
        ]
        if len(names) > 1
        else [],
    }


def parts(message: Message) -> list[dict[str, Any]]:
    """A message as paragraphs and lists of spans, which the template draws."""
    found: list[dict[str, Any]] = []
    for part in message.parts:
        found += [{"list": False, "lines": [_spans(row)]} for row in part.rows]
        items = list(part.items)
        if part.hidden:
            items.append(TextRow((Span(message.more(part.hidden), url=message.url),)))
        if items:
            found.append({"list": True, "lines": [_spans(item) for item in items]})
    return found


def _spans(row: TextRow) -> list[dict[str, Any]]:
    return [{"text": span.text, "bold": span.bold, "url": span.url} for span in row.spans]


# -- the ledger


STATE_STYLES = {
    State.SENT: "sure",
    State.FAILED: "bad",
    State.UNCERTAIN: "open",
    State.RETRY: "open",
}
_AGAIN = (State.FAILED, State.RETRY, State.SKIPPED)
_DROPPED = (State.OWED, State.RETRY, State.FAILED, State.UNCERTAIN)


def _delivery(row: Delivery, events: Mapping[str, Event], visit: Visit) -> dict[str, Any]:
    t = visit.t
    event = events.get(row.event_id or "")
    return {
        "key": row.key,
        "due": _at(row.due_at, visit),
        "kind": t[f"rule_kind_{row.kind.value}"],
        "rule": row.rule,
        "channel": row.channel,
        "about": event.title_in(visit.lang) if event else row.rule,
        "href": visit.address(f"/events/{event.id}") if event else "",
        "state": t.states[row.state],
        "style": STATE_STYLES.get(row.state, "plain"),
        "why": row.error,
        "attempts": t.attempts.format(row.attempts) if row.attempts > 1 else "",
        "retry": row.state in _AGAIN,
        "skip": row.state in _DROPPED,
    }


def _retry(visit: Visit) -> Response:
    key = visit.form.one("key")
    if not key and not visit.form.one("all"):
        raise InvalidInput([Problem("/key", Sentence("required"))])
    on_request.retry(visit.store, [key] if key else None, visit.now)
    return visit.redirect("/alerts#deliveries")


def _skip(visit: Visit) -> Response:
    key = visit.form.one("key")
    if not key:
        raise NotFound("delivery", key)
    on_request.skip(visit.store, key, visit.now)
    return visit.redirect("/alerts#deliveries")
