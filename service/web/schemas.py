"""What the API takes and answers, as JSON Schema 2020-12 (the dialect of OpenAPI 3.1).

Data only: COMPONENTS are the bodies and answers, OPERATIONS what each operation of the API takes and
may answer. web.docs makes /openapi.json and /docs of it. The core checks what is sent, with better
words than a schema could; what is answered has to be exactly as it stands here, and tests hold it
to that.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from service.core.alerts.deliveries import State
from service.core.alerts.rules import Days, Weekday, WhenEmpty
from service.core.alerts.schedule import AlertKind
from service.core.calendars.feed import OPTION_KEYS, Cancelled, Undated
from service.core.dates.when import Precision
from service.core.events import filters
from service.core.events.event import ChangeKind, Importance, Origin, Status
from service.core.events.fields import LANGUAGES
from service.core.events.kinds import Kind
from service.core.imports import sources
from service.core.imports.proposals import Action
from service.core.reading.announcement import Doubt
from service.core.reading.reference import How
from service.core.reading.seen import MOST as MOST_SEEN
from service.operations.events import MOST_IN_BATCH, MOST_IN_LINE
from service.operations.idempotency import LONGEST_KEY
from service.operations.keys import Scope
from service.web import bodies, examples

Schema = dict[str, Any]

# The states of a delivery (contract, section 7).
DELIVERY_STATES = tuple(State)
WHEN_EXAMPLES = [
    "2026-07-15",
    "2026-05-13/2026-05-14",
    "2026-05-20T01:00+08:00",
    "2026-05",
    "[2026-05-21..2026-05-31]",
    "2026-Q2",
    "2026-05-20~",
]
ID_PATTERN = "^[a-z0-9](?:[a-z0-9-]{0,98}[a-z0-9])?$"
IMPORT_PATTERN = "^[0-9a-f]{16}$"
FEED_NAME_PATTERN = "^[a-z0-9](?:[a-z0-9-]{0,38}[a-z0-9])?$"


# -- small words for schemas


def _text(description: str = "", most: int | None = None, **more: Any) -> Schema:
    schema: Schema = {"type": "string"}
    if description:
        schema["description"] = description
    if most is not None:
        schema["maxLength"] = most
    return {**schema, **more}


def _whole(description: str, least: int = 0, **more: Any) -> Schema:
    return {"type": "integer", "minimum": least, "description": description, **more}


def _choice(choices: Any, description: str = "", **more: Any) -> Schema:
    return _text(description, enum=[str(choice) for choice in choices], **more)


def _list(items: Schema, description: str = "", **more: Any) -> Schema:
    schema: Schema = {"type": "array", "items": items}
    if description:
        schema["description"] = description
    return {**schema, **more}


def _object(properties: Schema, required: Any = None, description: str = "") -> Schema:
    """An object with these keys and no others; `required` are all of them where not given."""
    schema: Schema = {"type": "object", "properties": properties, "additionalProperties": False}
    needed = list(properties if required is None else required)
    if needed:
        schema["required"] = needed
    if description:
        schema["description"] = description
    return schema


def _or_null(schema: Schema) -> Schema:
    """The same, or null, which stands for the default."""
    if "enum" in schema:
        return {**schema, "type": ["string", "null"], "enum": [*schema["enum"], None]}
    if isinstance(schema.get("type"), str):
        return {**schema, "type": [schema["type"], "null"]}
    return {"anyOf": [schema, {"type": "null"}]}


def _ref(name: str, kind: str = "schemas") -> Schema:
    return {"$ref": f"#/components/{kind}/{name}"}


_DAY = _text(format="date")
_INSTANT = _text("In UTC.", format="date-time")
_ADDRESS = {
    "anyOf": [
        {"const": ""},
        _text(most=2000, pattern='^[Hh][Tt][Tt][Pp][Ss]?://[^\\s<>"\\\\^`{|}]+$'),
    ]
}


# -- an event

_SET_BY_HORIZON = (
    ("uid", "The UID of the event in every calendar."),
    ("start", ""),
    ("end", ""),
    ("precision", ""),
    ("when_text", ""),
    ("sequence", ""),
    ("origin", ""),
    ("status_set", "Sent back as false, the status goes on following the date."),
    ("created_at", ""),
    ("updated_at", ""),
    ("similar", ""),
)
_WHEN = _text(
    "The date as far as it is known, one EDTF string: a day, days, a time, a month, a window, a "
    "quarter, half, or year; ~ or ? at the end for an approximate or uncertain one. Kept in one "
    "spelling (2026-Q2 as 2026-34). Years 1970 to 2199. A time without an offset is read in "
    "`timezone`. Words are understood too (5月13日-14日, next Tuesday 10am PT).",
    100,
    minLength=2,
    format="edtf",
    examples=WHEN_EXAMPLES,
)
_ZONE = _text("IANA time zone, such as Asia/Shanghai.", 60, format="iana-time-zone")
_RULE = _text(
    "RFC 5545 RRULE, such as FREQ=YEARLY; only for an event whose day is known.",
    200,
    format="rrule",
)


def _source(nullable: bool) -> Schema:
    keys: Schema = {
        "title": _text("Of the document.", 500),
        "publisher": _text("Who published it.", 200),
        "date": _text("When it was published.", format="date"),
        "url": {**_ADDRESS, "description": "http or https, or empty."},
        "official": {
            "type": "boolean",
            "description": "true: the organiser or the authority itself.",
        },
        "excerpt": _text("The sentence that announces the event, as it stands there.", 5000),
        "page": _whole("Where Horizon or the client read the document.", 1, maximum=9_999_999),
        "line": _whole("", 1, maximum=9_999_999),
        "sha256": _text("Of the document.", pattern="^(?:[0-9A-Fa-f]{64})?$"),
    }
    description = "Where the date was read."
    if nullable:
        return _object({k: _or_null(v) for k, v in keys.items()}, (), description)
    keys["date"] = _or_null(keys["date"])
    keys["sha256"] = _text("Of the document.", pattern="^[0-9a-f]{64}$")
    return _object(keys, ("title", "publisher", "date", "url", "official", "excerpt"), description)


def _titles(title: Schema) -> Schema:
    return _object(dict.fromkeys(sorted(LANGUAGES), title), (), "The title by language.")


def _settable() -> dict[str, Schema]:
    """The keys of an event that clients set, but title and when."""
    return {
        "titles": _titles(_or_null(_text(most=500))),
        "timezone": _ZONE,
        "kind": _choice(Kind, "Not given: what the title speaks of, else other."),
        "organizations": _list(_text(most=200, minLength=1), maxItems=100),
        "tickers": _list(_text(most=40, minLength=1), "Such as 9888.HK.", maxItems=100),
        "tags": _list(_text(most=100, minLength=1), maxItems=100),
        "importance": _choice(Importance, default="normal"),
        "location": _text(most=500),
        "url": {**_ADDRESS, "description": "The event's own page: http or https, or empty."},
        "description": _text(most=20_000),
        "recurrence": _RULE,
        "exceptions": _list(_DAY, "Days on which a recurring event is left out.", maxItems=100),
        "status": _choice(
            Status,
            "Not given: follows the date, also later; dated is confirmed, undated or approximate "
            "tentative.",
        ),
        "source": _source(nullable=True),
    }


_READ_ONLY: dict[str, Schema] = {
    key: {"readOnly": True, "description": f"Set by Horizon; passed over. {more}".strip()}
    for key, more in _SET_BY_HORIZON
}
_ID = _text(
    "Of the client's choice; not given: made from the title.",
    pattern=ID_PATTERN,
    maxLength=100,
)
_TITLE = _text("One line.", 500, minLength=1)
_EVENT_INPUT = _object(
    {
        "id": _or_null(_ID),
        "text": _or_null(
            _text(
                "One line that holds both, in place of title and when: 7月15日：《…》正式施行.",
                MOST_IN_LINE,
            )
        ),
        "title": _TITLE,
        "when": _WHEN,
        **{key: _or_null(schema) for key, schema in _settable().items()},
        **_READ_ONLY,
    },
    (),
    "An event as it is sent, with `title` and `when`, or `text` in their place. A key that is missing or "
    "null has its default.",
)
_EVENT_INPUT["anyOf"] = [{"required": ["title", "when"]}, {"required": ["text"]}]
_EVENT_PATCH = _object(
    {
        "title": _TITLE,
        "when": _WHEN,
        **{key: _or_null(schema) for key, schema in _settable().items()},
        **_READ_ONLY,
    },
    (),
    "A JSON merge patch (RFC 7396): keys that are not there stay, null gives a key its default back, "
    "`titles` and `source` are merged key by key. Another `when` does not keep what the old source "
    "said: its excerpt goes, and where no `source` comes with it, it was entered by hand.",
)
# Whether an id exists is not seen in the row.
_BATCH_ROW = {
    **_EVENT_INPUT,
    "description": "An event as it is sent; of one whose `id` exists, the keys to change.",
}
_BATCH_ROW["anyOf"] = [*_EVENT_INPUT["anyOf"], {"required": ["id"]}]
_EVENT_KEYS: Schema = {
    "id": _text(pattern=ID_PATTERN, maxLength=100),
    "uid": _text("The UID of the event in every calendar. It never changes.", minLength=1),
    "title": _TITLE,
    "titles": _titles(_text(most=500, minLength=1)),
    "when": _text("One EDTF string.", 100, minLength=4, format="edtf"),
    "timezone": _ZONE,
    "kind": _choice(Kind),
    "organizations": _list(_text(most=200, minLength=1), maxItems=100, uniqueItems=True),
    "tickers": _list(_text(most=40, minLength=1), maxItems=100, uniqueItems=True),
    "tags": _list(_text(most=100, minLength=1), maxItems=100, uniqueItems=True),
    "importance": _choice(Importance),
    "location": _text(most=500),
    "url": _ADDRESS,
    "description": _text(most=20_000),
    "recurrence": _or_null(_text("RFC 5545 RRULE.", format="rrule")),
    "exceptions": _list(_DAY, maxItems=100, uniqueItems=True),
    "source": {"anyOf": [_ref("Source"), {"type": "null"}]},
    "status": _choice(Status, "cancelled: called off."),
    "start": {
        "anyOf": [_DAY, _text(format="date-time")],
        "description": "A day, or of a timed event an instant.",
    },
    "end": {
        "anyOf": [_DAY, _text(format="date-time")],
        "description": "The last day, inclusive, or an instant.",
    },
    "precision": _choice(
        Precision, "minute and day are dated; of all others only a window is known."
    ),
    "when_text": _text("The date in words, by `lang` or Accept-Language.", minLength=1),
    "sequence": _whole("SEQUENCE of RFC 5545: grows with each change that calendars have to show."),
    "origin": _choice(Origin, "Who owns the event."),
    "status_set": {"type": "boolean", "description": "false: the status follows the date."},
    "created_at": _INSTANT,
    "updated_at": _INSTANT,
}
_CHANGE_KEYS: Schema = {
    "seq": _whole("The number of the change among all.", 1),
    "at": _INSTANT,
    "event_id": _text(pattern=ID_PATTERN),
    "change": _choice(ChangeKind),
    "from": _or_null(_text("`when` before.", format="edtf")),
    "to": _or_null(_text("`when` since then.", format="edtf")),
    "days": _or_null(_whole("By how many days, where it is later or earlier.")),
    "source": {"anyOf": [_ref("Source"), {"type": "null"}]},
}
_STEP_KEYS: Schema = {
    "seq": _CHANGE_KEYS["seq"],
    "at": _INSTANT,
    "version": _whole("Of the event, from then on.", 1),
    "change": _CHANGE_KEYS["change"],
    "who": _text("The name of a key, a person or a file."),
    "origin": _choice(Origin, "Through which door it came."),
    **{key: _CHANGE_KEYS[key] for key in ("from", "to", "days")},
    "changed": {
        "type": "object",
        "description": "Each key that changed.",
        "additionalProperties": _object({"from": {}, "to": {}}),
    },
    "source": _CHANGE_KEYS["source"],
    "corrected": {
        "type": "object",
        "description": "Where a person corrected what was read: by key, what was read and what they made of "
        "it; of `matches`, which event it was about.",
        "additionalProperties": _object({"read": _text(), "made": _text()}),
    },
}


# -- documents

_PROPOSED: Schema = {
    key: _EVENT_KEYS[key]
    for key in ("id", "title", "when", *_settable(), "start", "end", "precision", "when_text")
}
_PROPOSED["status"] = _or_null(_choice(Status, "null: follows the date."))
_PROPOSAL_KEYS: Schema = {
    "id": _text("Within its import.", minLength=1),
    "action": _choice(Action, "What it would do."),
    "event": _object(_PROPOSED, description="The event as it would then be."),
    "matches": _or_null(_text("The stored event that it is about.", pattern=ID_PATTERN)),
    "confidence": {
        "type": "number",
        "minimum": 0,
        "maximum": 1,
        "description": "The chance that title, date and match are right.",
    },
    "sure": {
        "type": "boolean",
        "description": "At 0.9 or more, and no veto.",
    },
    "doubts": _list(_ref("Doubt")),
    "excerpt": _text("The line that says so."),
    "page": _or_null(_whole("", 1)),
    "line": _or_null(_whole("", 1)),
    "reason": _text("In words."),
    "similar": _list(_text(pattern=ID_PATTERN), "Other stored events that look like it."),
    "read_by": _text(
        "What a model alone read is never sure, and only applied by its id.",
        pattern="^(rules|both|model .{1,100})$",
    ),
    "corrected": {
        "type": "object",
        "description": "What a reviewer has corrected so far, as in `edits`.",
    },
    "disputed": {
        "type": "boolean",
        "description": "A lesser source would overrule an official one, or a model reads another date: only "
        "applied by its id.",
    },
}
_REFERENCE_KEYS: Schema = {
    "ref_date": _or_null(_text("From which day the document speaks.", format="date")),
    "ref_date_from": _or_null(_choice(How, "Where that day was found.")),
}
_APPLIED_KEYS: Schema = {
    "id": _text("Of the proposal.", minLength=1),
    "event_id": _text(pattern=ID_PATTERN),
    "change": _or_null(_choice(ChangeKind, "null: it was so already.")),
}
_IMPORT_SOURCE = _object(
    {key: _source(False)["properties"][key] for key in sources.KEYS},
    description="What was imported: as the document says, or as somebody put it right.",
)
_PROPOSALS = _list(_ref("Proposal"))
_SEEN = _list(_ref("Seen"), "Dates that were found and not announced.", maxItems=MOST_SEEN)


# -- filters, feeds, rules

_FILTER_CHOICES: dict[str, Any] = {
    "kind": Kind,
    "importance": Importance,
    "status": Status,
    "precision": Precision,
}
_FILTER_WORDS: dict[str, str] = {
    "tag": "",
    "ticker": "",
    "organization": "",
    "q": "Words, each to be found in titles, description or organisations; a known organisation by any name.",
    "from": "That day and later.",
    "to": "That day and earlier.",
}


def _filter_key(key: str) -> Schema:
    if key in _FILTER_CHOICES:
        return _list(_choice(_FILTER_CHOICES[key]), "Any of these.", minItems=1, maxItems=100)
    if key == "q":
        return _text(_FILTER_WORDS[key], 200)
    if key in ("from", "to"):
        return _text(_FILTER_WORDS[key], format="date")
    return _list(_text(minLength=1), "Any of these.", minItems=1, maxItems=100)


_FILTER_KEYS = {key: _filter_key(key) for key in filters.KEYS}
_LOCAL = _text(pattern="^[0-2][0-9]:[0-5][0-9]$")
_DURATION = _text("ISO 8601.", pattern="^P[0-9DMTHYS]+$")
_DAYS = {
    "anyOf": [
        _choice(Days, "workdays: with mainland China's holidays and make-up days."),
        _list(_choice(Weekday), minItems=1, maxItems=7),
    ]
}
_RULE_KEYS: Schema = {
    "name": _text(pattern=FEED_NAME_PATTERN),
    "title": _text(),
    "channel": {
        "anyOf": [
            _text("A Slack channel's name or id, or a name of the file's `channels`.", minLength=1),
            _list(_text(minLength=1), "Several: each gets one.", minItems=1),
        ]
    },
    "at": _LOCAL,
    "before": _list(_DURATION, "How long before the start."),
    "days": _DAYS,
    "ahead": _DURATION,
    "when_empty": _choice(WhenEmpty),
    "filter": _ref("Filter"),
    "timezone": _ZONE,
    "lang": _choice(LANGUAGES),
}


def _rule(*keys: str) -> Schema:
    return _object({key: _RULE_KEYS[key] for key in keys})


_FEED_INPUT_KEYS: Schema = {
    "title": _or_null(_text("Not given: the name.", 500)),
    "filter": _or_null(_ref("FilterInput")),
    "private": {
        "type": ["boolean", "null"],
        "description": "true: only by its secret address.",
        "default": False,
    },
}
_FEED_NAME = _text(pattern=FEED_NAME_PATTERN, maxLength=40)


def _page(items: str, following: Schema | None = None) -> Schema:
    keys: Schema = {"items": _list(_ref(items))}
    if following is not None:
        keys["next"] = following
    return _object(keys)


_IMPORT_KEYS: Schema = {
    "id": _text(pattern=IMPORT_PATTERN),
    "created_at": _INSTANT,
    "who": _text("The name of a key or person, or cli."),
    "source": _ref("ImportSource"),
    **_REFERENCE_KEYS,
    "proposals": _PROPOSALS,
    "applied": _list(
        _object(
            {
                **_APPLIED_KEYS,
                "who": _text("Who applied it."),
                "at": _INSTANT,
            }
        ),
        "What was applied, and by whom.",
    ),
    "declined": _list(_text(minLength=1), "Proposals that somebody does not want."),
    "outdated": _list(
        _text(minLength=1),
        "Proposals whose event has changed since they were compared with it.",
    ),
    "seen": _SEEN,
    "skipped": _list(
        _object(
            {
                "what": _text("Its title, else its UID, else its line."),
                "reason": _text(),
                "line": _or_null(_whole("Where it begins in the file.", 1)),
            }
        ),
        "Entries of a calendar that cannot be taken.",
    ),
}

COMPONENTS: dict[str, Schema] = {
    "EventInput": _EVENT_INPUT,
    "EventPatch": _EVENT_PATCH,
    "BatchRow": _BATCH_ROW,
    "Batch": _object({"events": _list(_ref("BatchRow"), maxItems=MOST_IN_BATCH)}),
    "Event": _object(_EVENT_KEYS, description="An event as it is returned."),
    "CreatedEvent": _object(
        {
            **_EVENT_KEYS,
            "similar": _list(_text(pattern=ID_PATTERN), "Ids of look-alikes, the likeliest first."),
        }
    ),
    "Source": _source(nullable=False),
    "Events": _page(
        "Event", _or_null(_text("The cursor of the next page; null: this is the last.", 500))
    ),
    "Stored": _page("Event"),
    "Change": _object(_CHANGE_KEYS),
    "Changes": _page("Change", _whole("The next `since`, also of an empty page.")),
    "Step": _object(
        _STEP_KEYS,
        [key for key in _STEP_KEYS if key != "corrected"],
        "One step of an event's history.",
    ),
    "History": _page("Step"),
    "Document": {
        "type": "string",
        "description": "Text, Markdown, HTML, PDF, DOCX, CSV, XLSX, or a calendar, as its Content-Type says.",
    },
    "Address": _object(
        {
            "url": _text("http, https or webcal, on the public internet.", 4000, minLength=1),
            "model": {"type": ["boolean", "null"], "description": "As the query's `model`."},
        },
        ["url"],
    ),
    "Proposal": _object(
        _PROPOSAL_KEYS,
        [key for key in _PROPOSAL_KEYS if key not in ("disputed", "corrected")],
        "What a document says about one event, before anyone accepted it.",
    ),
    "Doubt": _object(
        {
            "code": _choice(Doubt, ""),
            "veto": {"type": "boolean"},
            "text": _object({"zh": _text(""), "en": _text("")}),
        }
    ),
    "Seen": _object(
        {
            "text": _text("As it is written."),
            "when": _or_null(_text("As it would be read (EDTF); null: it cannot be.")),
            "reason": _text("Why it is not announced, in the language of the answer."),
            "line": _whole("", 1),
            "page": _or_null(_whole("", 1)),
            "excerpt": _text("What it stands in."),
        }
    ),
    "Extracted": _object({**_REFERENCE_KEYS, "proposals": _PROPOSALS, "seen": _SEEN}),
    "Import": _object(
        {**_IMPORT_KEYS, "model": _ref("Heard")},
        _IMPORT_KEYS,
    ),
    "Heard": _object(
        {
            "name": _text("The model."),
            "host": _text("Where the document was sent."),
            "state": _choice(
                ("waiting", "done", "failed"),
                "waiting: what it adds comes later.",
            ),
            "note": _text("What went wrong, if anything."),
            "added": _whole("Read by it alone."),
            "both": _whole("Read by the rules too."),
            "tokens_in": _whole(""),
            "tokens_out": _whole(""),
        },
        description="Where a language model was asked.",
    ),
    "ImportSource": _IMPORT_SOURCE,
    "ImportPatch": _object(
        {"source": {"type": "object", "description": "Keys of an import's source, null for none."}},
        (),
        "JSON merge patch.",
    ),
    "ImportEntry": _object(
        {
            "id": _text(pattern=IMPORT_PATTERN),
            "created_at": _INSTANT,
            "who": _text("Who sent it."),
            "source": _ref("ImportSource"),
            "counts": {
                "type": "object",
                "description": "How many proposals of each action.",
                "propertyNames": _choice(Action),
                "additionalProperties": _whole("", 1),
            },
            "skipped": _whole("Entries that could not be taken."),
            "open": _whole("Proposals that nobody has decided about."),
            "applied": _whole("Proposals that changed an event."),
            "declined": _whole("Proposals that somebody does not want."),
            "undone": _whole("Proposals that were taken and taken back; they can be taken again."),
        },
    ),
    "Imports": _page(
        "ImportEntry", _or_null(_text("The cursor of the next page; null on the last one."))
    ),
    "Pick": _object(
        {
            "seen": _whole("The place in `seen`, from 0."),
            "title": _text("In place of what stands around the date.", 500),
            "when": _text("Needed where the date could not be read; words are understood.", 100),
        },
        ("seen",),
    ),
    "Undone": _object(
        {
            "id": _text(pattern=IMPORT_PATTERN),
            "undone": _list(_text(pattern=ID_PATTERN), "Events that are as they were before."),
            "left": _list(_text(pattern=ID_PATTERN), "Events that somebody has changed since."),
        }
    ),
    "Accept": _object(
        {
            "accept": {
                "anyOf": [{"enum": ["sure", "all"]}, _list(_text(minLength=1), maxItems=10_000)],
                "description": "Ids of proposals, or all that change something and are not disputed.",
            },
            "edits": {
                "type": "object",
                "description": "Corrections of accepted proposals, by their ids.",
                "additionalProperties": _ref("Edit"),
            },
            "decline": {
                "anyOf": [{"enum": ["rest"]}, _list(_text(minLength=1), maxItems=10_000)],
                "description": "Ids of proposals that are not wanted, or the rest of them.",
            },
        },
        ("accept",),
    ),
    "Edit": {
        "type": "object",
        "description": "Keys of an event but its source, checked as an event is; `end`, its last day or time; "
        "`matches`, the stored event that it is about, null for none.",
        "properties": {
            "when": _text(minLength=1),
            "end": _or_null(_text()),
            "matches": _or_null(_text(pattern=ID_PATTERN)),
        },
    },
    "Applied": _object(
        {
            "id": _text(pattern=IMPORT_PATTERN),
            "applied": _list(_object(_APPLIED_KEYS)),
        }
    ),
    "Filter": _object(_FILTER_KEYS, (), "Which events; all keys that are given must match."),
    "FilterInput": _object(
        {key: _or_null(schema) for key, schema in _FILTER_KEYS.items()},
        (),
        "Which events; all keys that are given must match. A list may also be one text, with commas.",
    ),
    "FeedInput": _object({"name": _FEED_NAME, **_FEED_INPUT_KEYS}, ("name",)),
    "FeedPatch": _object(
        _FEED_INPUT_KEYS, (), "A JSON merge patch; a `filter` takes the place of the old one."
    ),
    "Feed": _object(
        {
            "name": _FEED_NAME,
            "title": _text(most=500, minLength=1),
            "filter": _ref("Filter"),
            "private": {"type": "boolean"},
            "origin": _choice(("file", "api"), "file: set in events.yaml, to be changed there."),
            "address": _text(
                "What to subscribe to; of a private feed with its secret.", minLength=1
            ),
            "created_at": _INSTANT,
            "updated_at": _INSTANT,
        }
    ),
    "Feeds": _page("Feed"),
    "Digest": _rule(
        "name",
        "title",
        "channel",
        "at",
        "days",
        "ahead",
        "when_empty",
        "filter",
        "timezone",
        "lang",
    ),
    "Digests": _page("Digest"),
    "Reminder": _rule("name", "channel", "at", "before", "days", "filter", "timezone", "lang"),
    "Reminders": _page("Reminder"),
    "ChangeRule": _rule("name", "channel", "filter", "timezone", "lang"),
    "ChangeRules": _page("ChangeRule"),
    "Deliveries": _object(
        {
            "items": _list(
                _object(
                    {
                        "key": _text("One message for one channel, for ever."),
                        "kind": _choice(AlertKind),
                        "rule": _text("The rule's name."),
                        "channel": _text(),
                        "event_id": _or_null(_text()),
                        "due_at": _text("In UTC.", format="date-time"),
                        "sent_at": _or_null(
                            _text("By Slack's clock, else by ours.", format="date-time")
                        ),
                        "state": _choice(DELIVERY_STATES),
                        "attempts": _whole("How often it was tried."),
                        "error": _text("Why it was not sent, or not yet."),
                        "next_at": _or_null(_text("When it is tried next.", format="date-time")),
                        "ts": _or_null(_text("The name that Slack, or Feishu, gave the message.")),
                        "joined_to": _or_null(_text("The message that tells this one too.")),
                    }
                ),
                "Empty as long as nothing was due.",
            )
        }
    ),
    "FeedEvents": _object({"title": _text(), "items": _list(_ref("Event"))}),
    "Health": _object({"status": {"const": "ok"}, "warnings": _list({"type": "string"})}),
    "Ready": _object(
        {
            "status": _choice(("ready", "unavailable")),
            "detail": _text("What is not available."),
            "warnings": _list(_text(), "What a person should look at."),
            "channels": {
                "type": "object",
                "additionalProperties": _text(),
                "description": "What is promised of the messages to each channel that a rule names: "
                "once; or what else.",
            },
        },
        ("status", "warnings"),
    ),
    "Problem": _object(
        {
            "type": _text("What went wrong, as a name.", pattern="^urn:horizon:problem:[a-z-]+$"),
            "title": _text("The status in words."),
            "status": _whole("The HTTP status.", 400, maximum=599),
            "detail": _text("One sentence for the person who reads it."),
            "errors": _list(
                _object(
                    {
                        "pointer": _text("Where: an RFC 6901 JSON pointer."),
                        "detail": _text("What is wrong there, and what to write instead."),
                    }
                ),
                "Every fault of the input.",
                minItems=1,
            ),
            "instance": _text("The request, by the id that its X-Request-ID says; the log has it."),
        },
        ("type", "title", "status", "detail"),
        "RFC 9457 problem details.",
    ),
}


# -- parameters


def _parameter(name: str, where: str, schema: Schema, **more: Any) -> Schema:
    description = schema.get("description", "")
    bare = {key: value for key, value in schema.items() if key != "description"}
    told = {"description": description} if description else {}
    return {"name": name, "in": where, **told, "schema": bare, **more}


def _query(name: str, schema: Schema, **more: Any) -> Schema:
    if schema.get("type") == "array":
        # Repeated keys are understood too; a comma always separates.
        more = {"style": "form", "explode": False, **more}
        schema = {**schema, "description": "Any of these, with commas or the key repeated."}
    return _parameter(name, "query", schema, **more)


_FILTER_PARAMETERS = {f"Filter-{key}": _query(key, _FILTER_KEYS[key]) for key in filters.KEYS}
_FEED_OPTIONS: dict[str, Schema] = {
    "lang": _choice(LANGUAGES, "Not given: the service's language."),
    "past": _text("How far back, ISO 8601.", 40, default="P1Y", examples=["P1M"]),
    "undated": _choice(Undated, "How events without a known day are shown.", default="auto"),
    "cancelled": _choice(Cancelled, "How cancelled events are shown.", default="status"),
    "busy": _choice(("true", "false"), "true: dated events block the subscriber's time."),
    "alarms": _text("Leads, ISO 8601, with commas.", 200, examples=["P7D,P1D"]),
    "size": _text("At most as many bytes, or all.", 10, default="1MB", examples=["500kB"]),
}
OPTIONS = _object(_FEED_OPTIONS, (), "How a calendar is written, in its address.")
_QUERIES: dict[str, Schema] = {
    "Limit": _query("limit", _whole("The most items of one page.", 1, maximum=500, default=100)),
    "Cursor": _query("cursor", _text("`next` of the page before, as it is.", 500)),
    "AsOf": _query("as_of", _text("As it was known then.", format="date-time")),
    "Since": _query("since", _whole("`next` of the page before.", maximum=2**53, default=0)),
    "Purge": _query(
        "purge", _choice(("true", "false"), "true (admin): erase it, with its history.")
    ),
    "State": _query("state", _choice(DELIVERY_STATES)),
    "About": _query("event", _text("About this event.")),
    "RefDate": _query(
        "ref_date",
        _text("From which day it speaks, if not its own date.", format="date"),
    ),
    **{
        f"Said-{key}": _query(key, schema if key != "official" else _choice(("true", "false")))
        for key, schema in _IMPORT_SOURCE["properties"].items()
    },
    "Model": _query(
        "model",
        _choice(
            ("true", "false"),
            "true: it is sent to the service's language model, which reads it too.",
        ),
    ),
    "Waiting": _query("waiting", _choice(("true", "false"), "true: what somebody has to decide.")),
    "Lang": _query("lang", _choice(LANGUAGES, "Of the words in the answer; else Accept-Language.")),
    **_FILTER_PARAMETERS,
    **{f"Option-{key}": _query(key, _FEED_OPTIONS[key]) for key in OPTION_KEYS},
}
_ETAGS = "One or more ETags, with commas, or *."
_HEADERS: dict[str, Schema] = {
    "IfMatch": _parameter(
        "If-Match", "header", _text(f"{_ETAGS} Another version is answered with 412.")
    ),
    "IfNoneMatch": _parameter(
        "If-None-Match", "header", _text(f"{_ETAGS} The same version is answered with 304.")
    ),
    "IfNoneMatchAny": _parameter(
        "If-None-Match", "header", _text("*: only where there is no such event, else 412.")
    ),
    "IdempotencyKey": _parameter(
        "Idempotency-Key",
        "header",
        _text(
            "For 24 hours the same answer again for the same request; 422 for another one.",
            LONGEST_KEY,
            minLength=1,
            pattern="^[ -~]+$",
        ),
    ),
}
_PATHS: dict[str, Schema] = {
    "Id": _parameter(
        "id",
        "path",
        _text(pattern=ID_PATTERN, maxLength=100),
        required=True,
        example="baidu-create-2026",
    ),
    "ImportId": _parameter(
        "id", "path", _text(pattern=IMPORT_PATTERN), required=True, example=examples.IMPORT_ID
    ),
    "Name": _parameter("name", "path", _FEED_NAME, required=True, example="conferences"),
    "Secret": _parameter(
        "secret", "path", _text("Of a private feed's address.", minLength=1), required=True
    ),
}
PARAMETERS: dict[str, Schema] = {**_PATHS, **_QUERIES, **_HEADERS}
_FILTERS = tuple(_FILTER_PARAMETERS)
_OPTIONS = tuple(f"Option-{key}" for key in OPTION_KEYS)
_SAID = tuple(f"Said-{key}" for key in sources.KEYS)

HEADERS: dict[str, Schema] = {
    "ETag": {
        "description": "The version that was answered, for If-Match and If-None-Match.",
        "required": True,
        "schema": _text(pattern='^"[!#-~]+"$'),
    },
    "Location": {
        "description": "Where it is now.",
        "required": True,
        "schema": _text(pattern="^/api/v1/"),
    },
    "Retry-After": {
        "description": "Seconds to wait.",
        "required": True,
        "schema": {"type": "integer", "minimum": 0},
    },
    "WWW-Authenticate": {"required": True, "schema": _text(pattern="^Bearer ")},
    "Accept": {"description": "The types that are taken.", "required": True, "schema": _text()},
    "Last-Modified": {
        "description": "When the bytes of this address last changed.",
        "required": True,
        "schema": _text(),
    },
}


# -- answers

PROBLEM_TYPE = "application/problem+json"
_STATUS: dict[int, tuple[str, str, tuple[str, ...]]] = {
    400: ("invalid-query", "Bad Request", ()),
    401: ("unauthorized", "Unauthorized", ("WWW-Authenticate",)),
    403: ("forbidden", "Forbidden", ()),
    404: ("not-found", "Not Found", ()),
    409: ("conflict", "Conflict", ()),
    410: ("gone", "Gone", ()),
    412: ("outdated", "Precondition Failed", ()),
    413: ("content-too-large", "Content Too Large", ()),
    415: ("unsupported-media-type", "Unsupported Media Type", ("Accept",)),
    422: ("invalid-input", "Unprocessable Content", ()),
    429: ("too-many-requests", "Too Many Requests", ("Retry-After",)),
    503: ("database-unavailable", "Service Unavailable", ("Retry-After",)),
}


def _problem(status: int, detail: str, *errors: tuple[str, str], type_: str = "") -> Schema:
    """The body of an error; its `detail` tells all faults where none is given."""
    body: Schema = {
        "type": f"urn:horizon:problem:{type_ or _STATUS[status][0]}",
        "title": _STATUS[status][1],
        "status": status,
        "detail": detail or "; ".join(f"{pointer}: {text}" for pointer, text in errors),
    }
    if errors:
        body["errors"] = [{"pointer": pointer, "detail": text} for pointer, text in errors]
    return body


def _refused(status: int, description: str, **told: Schema) -> tuple[int, Schema]:
    """An error answer and its status, with an example by name of each sort."""
    own = {"properties": {"status": {"const": status}}}
    answer: Schema = {
        "description": description,
        "content": {
            PROBLEM_TYPE: {
                "schema": {"allOf": [_ref("Problem"), own]},
                "examples": {name: {"value": value} for name, value in told.items()},
            }
        },
    }
    if headers := _STATUS[status][2]:
        answer["headers"] = {name: _ref(name, "headers") for name in headers}
    return status, answer


_UNKNOWN_KEY = (
    "/colour",
    "unknown query key; known are lang",
)
_WRONG_TEXT = _problem(
    400, "the body is not JSON: Expecting value at line 1, column 11", type_="unreadable"
)
_LOST = _problem(412, "the event has changed since it was read; read it again, try anew")
_WRONG_EVENT = _problem(
    422,
    "",
    ("/importence", "unknown key; did you mean importance?"),
    ("/when", "2026-05/2026-06: for one day between the two write [2026-05-01..2026-06-30]"),
)
_USED_KEY = "this Idempotency-Key was used for another request; take a new one"
_REFUSED: dict[str, tuple[int, Schema]] = {
    "BadQuery": _refused(
        400,
        "The address has an unknown query key, or a value that cannot be used.",
        query=_problem(400, "", _UNKNOWN_KEY),
    ),
    "BadRequest": _refused(
        400,
        "The body is no JSON in UTF-8, or the address has an unknown query key.",
        body=_WRONG_TEXT,
        query=_problem(400, "", _UNKNOWN_KEY),
    ),
    "Unauthorized": _refused(
        401,
        "No key where one is needed, or one that is unknown or revoked.",
        unknown=_problem(401, "this key is not known or was revoked"),
    ),
    "Forbidden": _refused(
        403,
        "The key has not the scope that this needs.",
        scope=_problem(403, "the key reader has the scope read; this needs write"),
    ),
    "NoEvent": _refused(
        404,
        "There is no such event, or it was withdrawn.",
        event=_problem(
            404, "there is no event 'nothing'; `horizon list --from 1970-01-01` shows all ids"
        ),
    ),
    "NoImport": _refused(
        404,
        "There is no such import, or it was made more than 30 days ago.",
        import_=_problem(
            404,
            "there is no import '0000000000000000'; imports are kept for 30 days; send the document "
            "again",
        ),
    ),
    "NoFeed": _refused(
        404, "There is no such feed.", feed=_problem(404, "there is no feed 'nothing'")
    ),
    "NoAddress": _refused(
        404,
        "An id with a slash leads nowhere.",
        address=_problem(404, "there is nothing at this address"),
    ),
    "IdTaken": _refused(
        409,
        "The id is taken, also by an event that was withdrawn.",
        id=_problem(
            409,
            "there is an event 'baidu-create-2026' already; PUT replaces it, PATCH changes it",
        ),
    ),
    "NameTaken": _refused(
        409, "The name is taken.", name=_problem(409, "there is a feed 'conferences' already")
    ),
    "FeedOfFile": _refused(
        409,
        "events.yaml owns the feed.",
        file=_problem(409, "the feed 'all' is set in events.yaml; change it there"),
    ),
    "Changed": _refused(
        409,
        "An event has changed since it was proposed, so that a proposal would do something else than "
        "was read: nothing was applied.",
        changed=_problem(
            409,
            f"p1 ({examples.BUILD_ID}): changed since it was proposed, so nothing was applied; it was "
            "compared anew: read the import again to see what it amounts to now",
        ),
    ),
    "NoSuchChange": _refused(
        410,
        "`since` lies beyond the newest change.",
        since=_problem(
            410,
            "change 1000000 is not of this database: the newest is 6, or a backup was restored. "
            "Read all events, then go on from the newest",
        ),
    ),
    "Outdated": _refused(
        412, "If-Match named another version, or If-None-Match: * met an event.", version=_LOST
    ),
    "TooLarge": _refused(
        413,
        "The body has more bytes than are read: 1,000,000, of a batch 10,000,000, of a document "
        "20,000,000.",
        bytes=_problem(413, "the body may have at most 1,000,000 bytes"),
    ),
    "WrongType": _refused(
        415,
        "Another Content-Type than those that are listed.",
        csv=_problem(415, "send Content-Type: application/json, not 'text/csv'"),
    ),
    "WrongEvent": _refused(
        422,
        "The event cannot be used; every fault is told. Or an Idempotency-Key came with another "
        "request before.",
        event=_WRONG_EVENT,
        idempotency_key=_problem(422, _USED_KEY, ("", _USED_KEY)),
    ),
    "WrongDocument": _refused(
        422,
        "The document cannot be read, or nothing came from the address.",
        document=_problem(422, "the document is empty", ("", "the document is empty")),
        address=_problem(
            422, "", ("/url", "leads to 127.0.0.1, which is not on the public internet")
        ),
    ),
    "WrongAccept": _refused(
        422,
        "Ids that are none of this import's, or values that cannot be used; every fault is told.",
        edits=_problem(
            422,
            "",
            ("/edits/p2/when", "2026-02-30 does not exist: 2026-02 has 28 days"),
        ),
        accept=_problem(422, "", ("/accept/0", "'p9' is no proposal of this import")),
    ),
    "WrongBatch": _refused(
        422,
        "Some events cannot be used: none is stored, each fault is told with its place.",
        batch=_problem(
            422,
            "",
            ("/events/0/when", "is required"),
            ("/events/1/when", "2026-02-30 does not exist: 2026-02 has 28 days"),
        ),
    ),
    "WrongFeed": _refused(
        422,
        "The feed cannot be used; every fault is told.",
        feed=_problem(
            422,
            "",
            (
                "/name",
                "'Regulation': a name has lower-case letters, digits and hyphens, at most 40, "
                "such as ai-events",
            ),
            (
                "/filter/kind",
                "'regulations' is not one of conference, launch, regulation, consultation, "
                "deadline, earnings, policy, data-release, other; did you mean regulation?",
            ),
        ),
    ),
    "TooMany": _refused(
        429,
        "More changes or documents by this key, or more wrong keys from this address, than the "
        "settings allow. Unless they say otherwise: 3,000 changes at once and then 50 a second (a "
        "batch counts for 20), 300 documents and then 5 a second, 30 wrong keys and then one in 10 "
        "seconds.",
        wrong_keys=_problem(429, "too many wrong keys from this address; try again in 10 seconds"),
    ),
    "Unavailable": _refused(
        503,
        "The database does not answer, or many documents are being read; try again.",
        database=_problem(503, "the database cannot be reached"),
    ),
}
REFUSALS = {name: answer for name, (_, answer) in _REFUSED.items()}


# An example stands where it shows something that none before it did: /docs has to stay small.
def _answer(
    schema: str,
    example: Schema | None,
    description: str = "OK",
    headers: tuple[str, ...] = (),
    links: Schema | None = None,
) -> Schema:
    answer: Schema = {
        "description": description,
        "content": {"application/json": {"schema": _ref(schema)}},
    }
    if example is not None:
        answer["content"]["application/json"]["example"] = example
    if headers:
        answer["headers"] = {name: _ref(name, "headers") for name in headers}
    if links:
        answer["links"] = links
    return answer


def _links(parameter: str, at: str, *operations: str) -> Schema:
    return {
        operation: {"operationId": operation, "parameters": {parameter: at}}
        for operation in operations
    }


_EVENT_LINKS = _links(
    "id",
    "$response.body#/id",
    "get_event",
    "get_history",
    "get_event_ics",
    "put_event",
    "patch_event",
    "delete_event",
)
_IMPORT_LINKS = _links(
    "id",
    "$response.body#/id",
    "get_import",
    "patch_import",
    "propose_seen",
    "apply_import",
    "undo_import",
)
_FEED_LINKS = _links(
    "name", "$response.body#/name", "get_feed", "patch_feed", "delete_feed", "get_feed_ics"
)


def _body(schema: str, example: Schema, *types: str) -> Schema:
    content = {"schema": _ref(schema), "example": example}
    return {"required": True, "content": dict.fromkeys(types or _JSON, content)}


def _documents(*types: str) -> Schema:
    document = {"schema": _ref("Document"), "example": examples.DOCUMENT}
    bare = {"schema": _ref("Document")}
    address = {"schema": _ref("Address"), "example": examples.ADDRESS}
    content = {
        type_: address if type_ in _JSON else document if type_ == types[0] else bare
        for type_ in types
    }
    return {"required": True, "content": content}


# -- operations

_JSON = ("application/json",)
_PATCHES = ("application/merge-patch+json", "application/json")
_READS = ("Unauthorized", "TooMany", "Unavailable")
_WRITES = (
    "BadRequest",
    "Unauthorized",
    "Forbidden",
    "TooLarge",
    "WrongType",
    "TooMany",
    "Unavailable",
)


@dataclass(frozen=True)
class Operation:
    """One operation: `scope` is what its key must have, None where it never needs one; `public`
    where PUBLIC_READ lets everyone read. `query` follows the path when /docs shows a curl line."""

    summary: str
    tag: str
    description: str
    answers: Mapping[int, Schema]
    refusals: tuple[str, ...]
    parameters: tuple[str, ...] = ()
    body: Schema | None = None
    scope: Scope | None = Scope.READ
    public: bool = False
    query: str = ""

    def written(self, operation_id: str, public_read: bool) -> Schema:
        """As it stands in the document."""
        responses = {str(status): answer for status, answer in self.answers.items()}
        for name in self.refusals:
            responses[str(_REFUSED[name][0])] = _ref(name, "responses")
        security: list[Schema] = [{"key": []}] if self.scope else []
        if self.public and public_read:
            security = [{}, *security]
        operation: Schema = {
            "operationId": operation_id,
            "summary": self.summary,
            "description": self.description,
            "tags": [self.tag],
            "parameters": [_ref(name, "parameters") for name in self.parameters],
            "responses": dict(sorted(responses.items())),
            "security": security,
        }
        if self.body:
            operation["requestBody"] = self.body
        if self.scope:
            operation["x-horizon-scope"] = self.scope.value
        return operation


_EVENTS, _CHANGES, _FEEDS = "Events", "Changes", "Feeds"
_DOCUMENTS = "Documents"
_ALERTS, _CALENDARS, _SERVICE = "Alerts", "Calendars", "Service"
TAGS = {
    _EVENTS: "What will happen, and when as far as it is known.",
    _CHANGES: "Following along by number, so that no change is missed.",
    _DOCUMENTS: "From a document or a calendar to the right dates.",
    _FEEDS: "Named filters, published as calendars.",
    _ALERTS: "The rules of events.yaml, and what was sent by them.",
    _CALENDARS: "The subscriptions themselves: iCalendar, JSON and Atom.",
    _SERVICE: "Whether it runs.",
}

_EVENT_OPERATIONS: dict[str, Operation] = {
    "list_events": Operation(
        "Events in order",
        _EVENTS,
        "By start, then id; cancelled ones too unless `status` says otherwise, withdrawn ones never. "
        "All pages of one walk show the events as they were at its beginning.",
        {200: _answer("Events", {"items": [examples.BAIDU_ADDED], "next": examples.CURSOR})},
        ("BadQuery", *_READS),
        (*_FILTERS, "Limit", "Cursor", "AsOf", "Lang"),
        public=True,
        query="?from=2026-05-01&limit=1",
    ),
    "create_event": Operation(
        "Add an event",
        _EVENTS,
        "`similar` names stored events that look like the same one. With an Idempotency-Key a "
        "request may be sent again after a cut connection: it adds nothing twice.",
        {
            201: _answer(
                "CreatedEvent",
                {**examples.GOOGLE_IO_ADDED, "similar": []},
                "Added.",
                ("ETag", "Location"),
                _EVENT_LINKS,
            )
        },
        (*_WRITES, "IdTaken", "WrongEvent"),
        ("IdempotencyKey", "Lang"),
        _body("EventInput", examples.GOOGLE_IO),
        Scope.WRITE,
    ),
    "batch_events": Operation(
        "Add or change many events",
        _EVENTS,
        f"Up to {MOST_IN_BATCH:,}, all or nothing: a row whose id exists changes the keys that it has, "
        "as PATCH does, and any other adds an event. A withdrawn event comes back.",
        {200: _answer("Stored", {"items": [examples.RULES_ADDED, examples.BAIDU_ADDED]})},
        (*_WRITES, "WrongBatch"),
        ("IdempotencyKey", "Lang"),
        _body("Batch", examples.BATCH),
        Scope.WRITE,
    ),
    "get_event": Operation(
        "One event",
        _EVENTS,
        "Its ETag is good for If-None-Match here and for If-Match when it is changed.",
        {
            200: _answer("Event", examples.GOOGLE_IO_DATED, headers=("ETag",)),
            304: {
                "description": "If-None-Match named this version.",
                "headers": {"ETag": _ref("ETag", "headers")},
            },
        },
        ("BadQuery", *_READS, "NoEvent"),
        ("Id", "Lang", "IfNoneMatch"),
        public=True,
    ),
    "put_event": Operation(
        "Create or replace an event under an id of your own",
        _EVENTS,
        "What the body leaves out has its default. A withdrawn event comes back with its UID.",
        {
            200: _answer("Event", None, "Replaced.", ("ETag",)),
            201: _answer(
                "Event", examples.BAIDU_ADDED, "Added, or back.", ("ETag", "Location"), _EVENT_LINKS
            ),
        },
        (*_WRITES, "NoAddress", "Outdated", "WrongEvent"),
        ("Id", "Lang", "IfMatch", "IfNoneMatchAny"),
        _body("EventInput", examples.BAIDU),
        Scope.WRITE,
    ),
    "patch_event": Operation(
        "Change an event",
        _EVENTS,
        "Status cancelled calls it off; status null lets it follow the date again.",
        {200: _answer("Event", None, headers=("ETag",), links=_EVENT_LINKS)},
        (*_WRITES, "NoEvent", "Outdated", "WrongEvent"),
        ("Id", "Lang", "IfMatch"),
        _body("EventPatch", examples.PATCH, *_PATCHES),
        Scope.WRITE,
    ),
    "delete_event": Operation(
        "Withdraw an event",
        _EVENTS,
        "For one that was entered by mistake: out of feeds and lists, its history is kept. What was "
        "called off is patched to the status cancelled instead. With `purge` (scope admin) it is "
        "erased; its UID and sequence are continued if the id returns.",
        {200: _answer("Event", None, "As it was at the end.")},
        ("BadQuery", *_READS, "Forbidden", "NoEvent", "Outdated"),
        ("Id", "Purge", "Lang", "IfMatch"),
        scope=Scope.WRITE,
    ),
    "get_history": Operation(
        "An event's history",
        _EVENTS,
        "Every version, oldest first, also of a withdrawn event: who, when, what changed, and where "
        "it was read.",
        {200: _answer("History", {"items": [examples.CREATED_STEP, examples.FIRMED_STEP]})},
        ("BadQuery", *_READS, "NoEvent"),
        ("Id", "Lang"),
        public=True,
    ),
    "get_event_ics": Operation(
        "One event as a calendar file",
        _EVENTS,
        "To be opened or sent by mail; the same UID as in the feeds.",
        {
            200: {
                "description": "iCalendar.",
                "content": {"text/calendar": {"schema": _text()}},
            }
        },
        ("BadQuery", *_READS, "NoEvent"),
        ("Id", *_OPTIONS),
        public=True,
    ),
    "list_changes": Operation(
        "What changed since",
        _CHANGES,
        "In order of `seq`. Begin with since=0, then go on with `next`, which an empty page has too. "
        "410 says that the database is another one: read all events, begin anew. No change is "
        "missed, whichever transaction ended first.",
        {
            200: _answer(
                "Changes",
                {"items": [examples.CREATED_CHANGE], "next": 1},
                links=_links("since", "$response.body#/next", "list_changes"),
            )
        },
        ("BadQuery", *_READS, "NoSuchChange"),
        ("Since", "Limit"),
        public=True,
        query="?since=0&limit=1",
    ),
}
_DOCUMENT_OPERATIONS: dict[str, Operation] = {
    "extract": Operation(
        "What a document announces",
        _DOCUMENTS,
        "Compared with what is stored; nothing is kept. The dates are read as from `ref_date`.",
        {200: _answer("Extracted", None)},
        ("BadQuery", *_READS, "TooLarge", "WrongType", "WrongDocument"),
        ("RefDate", "Lang"),
        _documents(*bodies.DOCUMENTS),
        Scope.READ,
    ),
    "create_import": Operation(
        "Import a document or a calendar",
        _DOCUMENTS,
        'The proposals are kept for 30 days, to be reviewed and applied. `{"url": …}` as '
        "`application/json` has it fetched.",
        {201: _answer("Import", examples.IMPORT, "Kept.", ("Location",), _IMPORT_LINKS)},
        (*_WRITES, "WrongDocument"),
        ("RefDate", *_SAID, "Model", "Lang"),
        _documents(*bodies.IMPORTS),
        Scope.WRITE,
    ),
    "get_import": Operation(
        "One import",
        _DOCUMENTS,
        "As it was proposed, with what was corrected and applied since.",
        {200: _answer("Import", None)},
        ("BadQuery", *_READS, "NoImport"),
        ("ImportId", "Lang"),
    ),
    "list_imports": Operation(
        "Imports",
        _DOCUMENTS,
        "Of the last 30 days, the newest first, whoever sent them.",
        {200: _answer("Imports", None)},
        ("BadQuery", *_READS),
        ("Waiting", "Limit", "Cursor"),
    ),
    "patch_import": Operation(
        "Correct an import's source",
        _DOCUMENTS,
        "It is compared anew: an official source may overrule what another may not.",
        {200: _answer("Import", None)},
        (*_WRITES, "NoImport", "WrongAccept"),
        ("ImportId", "Lang"),
        _body("ImportPatch", examples.IMPORT_PATCH, *_PATCHES),
        Scope.WRITE,
    ),
    "propose_seen": Operation(
        "Propose a date that was seen",
        _DOCUMENTS,
        "Makes a proposal of one of `seen`, which is applied like any other.",
        {200: _answer("Proposal", None)},
        (*_WRITES, "NoImport", "WrongAccept"),
        ("ImportId", "Lang"),
        _body("Pick", examples.PICK, *_PATCHES),
        Scope.WRITE,
    ),
    "apply_import": Operation(
        "Apply proposals",
        _DOCUMENTS,
        "All or nothing, and once: a proposal that was applied is answered as it was then. `change` "
        "null: it was so already. `edits` correct what is accepted; the event's history then says what "
        "was read and what was made of it.",
        {200: _answer("Applied", examples.APPLIED)},
        (*_WRITES, "NoImport", "Changed", "WrongAccept"),
        ("ImportId",),
        _body("Accept", examples.ACCEPT),
        Scope.WRITE,
    ),
    "undo_import": Operation(
        "Undo an import",
        _DOCUMENTS,
        "Each event that it changed and nobody since is as it was before.",
        {200: _answer("Undone", None)},
        ("BadQuery", *_READS, "Forbidden", "NoImport"),
        ("ImportId",),
        scope=Scope.WRITE,
    ),
}
_FEED_OPERATIONS: dict[str, Operation] = {
    "list_feeds": Operation(
        "Feeds",
        _FEEDS,
        "Private ones, with their filters and addresses, only for a key.",
        {200: _answer("Feeds", {"items": [examples.FEED_OF_FILE, examples.FEED_CHANGED]})},
        ("BadQuery", *_READS),
        public=True,
    ),
    "create_feed": Operation(
        "Publish a feed",
        _FEEDS,
        "A private one can be read only at its secret address, which stands in the answer.",
        {201: _answer("Feed", examples.FEED, "Published.", ("Location",), _FEED_LINKS)},
        (*_WRITES, "NameTaken", "WrongFeed"),
        (),
        _body("FeedInput", examples.FEED_INPUT),
        Scope.WRITE,
    ),
    "get_feed": Operation(
        "One feed",
        _FEEDS,
        "A private one only for a key.",
        {200: _answer("Feed", None)},
        ("BadQuery", *_READS, "NoFeed"),
        ("Name",),
        public=True,
    ),
    "patch_feed": Operation(
        "Change a feed",
        _FEEDS,
        "Not one that events.yaml owns. The name stays: subscribers know the feed by it.",
        {200: _answer("Feed", None)},
        (*_WRITES, "NoFeed", "FeedOfFile", "WrongFeed"),
        ("Name",),
        _body("FeedPatch", examples.FEED_PATCH, *_PATCHES),
        Scope.WRITE,
    ),
    "delete_feed": Operation(
        "Publish a feed no longer",
        _FEEDS,
        "Not one that events.yaml owns. Its events stay.",
        {204: {"description": "Its addresses answer 404 from now on."}},
        ("BadQuery", *_READS, "Forbidden", "NoFeed", "FeedOfFile"),
        ("Name",),
        scope=Scope.WRITE,
    ),
    "list_digests": Operation(
        "Digests",
        _ALERTS,
        "As events.yaml sets them; defaults are filled in.",
        {200: _answer("Digests", {"items": [examples.DIGEST]})},
        ("BadQuery", *_READS),
    ),
    "list_reminders": Operation(
        "Reminder rules",
        _ALERTS,
        "As events.yaml sets them; defaults are filled in.",
        {200: _answer("Reminders", {"items": [examples.REMINDER]})},
        ("BadQuery", *_READS),
    ),
    "list_change_rules": Operation(
        "Change rules",
        _ALERTS,
        "As events.yaml sets them; defaults are filled in.",
        {200: _answer("ChangeRules", {"items": [examples.CHANGE_RULE]})},
        ("BadQuery", *_READS),
    ),
    "list_deliveries": Operation(
        "Deliveries",
        _ALERTS,
        "What was sent, is owed, or failed and why.",
        {200: _answer("Deliveries", {"items": []})},
        ("BadQuery", *_READS),
        ("State", "About"),
    ),
}


# Beside the API: what has routes of its own, by path.


def _calendar(form: str, named: bool, secret: bool = False) -> Operation:
    type_, description = {
        "ics": ("text/calendar", "iCalendar"),
        "json": ("application/json", "The same events as API objects"),
        "xml": ("application/atom+xml", "The same events as Atom"),
        "changes.xml": (
            "application/atom+xml",
            "Atom of what was added, firmed, moved and cancelled",
        ),
    }[form]
    whose = "a private feed at its secret address" if secret else "a feed"
    schema = _ref("FeedEvents") if form == "json" else _text()
    headers = {name: _ref(name, "headers") for name in ("ETag", "Last-Modified")}
    return Operation(
        f"{description}: {whose if named else 'the events of a filter of your own'}",
        _CALENDARS,
        "Takes HEAD and If-Modified-Since too.",
        {
            200: {
                "description": f"{description}.",
                "content": {type_: {"schema": schema}},
                "headers": headers,
            },
            304: {"description": "The same bytes as before.", "headers": headers},
        },
        (
            "BadQuery",
            "Unavailable",
            *(() if secret else ("Unauthorized", "TooMany")),
            *(("NoFeed",) if named else ()),
        ),
        (
            *(("Name",) if named else ()),
            *(("Secret",) if secret else ()),
            *(() if named else _FILTERS),
            *_OPTIONS,
            "IfNoneMatch",
        ),
        scope=None if secret else Scope.READ,
        public=not secret,
    )


def _health(summary: str, schema: str, example: Schema) -> Operation:
    return Operation(
        summary, _SERVICE, summary + ".", {200: _answer(schema, example)}, (), scope=None
    )


_READY = _health(
    "Whether it can serve",
    "Ready",
    {
        "status": "ready",
        "warnings": ["alerts are set in the file, but Slack is not connected"],
        "channels": {"#ai-events": "not connected", "#compliance": "not connected"},
    },
)
_NOT_READY = {
    "status": "unavailable",
    "detail": "the database cannot be reached",
    "warnings": [],
}
BESIDE: dict[str, tuple[str, Operation]] = {
    **{
        f"/feeds/{{name}}{ending}": (f"get_feed_{form.replace('.', '_')}", _calendar(form, True))
        for form, ending in (
            ("ics", ".ics"),
            ("json", ".json"),
            ("xml", ".xml"),
            ("changes.xml", "/changes.xml"),
        )
    },
    **{
        f"/feeds/{{name}}/{{secret}}{ending}": (
            f"get_private_feed_{form.replace('.', '_')}",
            _calendar(form, True, True),
        )
        for form, ending in (
            ("ics", ".ics"),
            ("json", ".json"),
            ("xml", ".xml"),
            ("changes.xml", "/changes.xml"),
        )
    },
    **{
        f"/calendar.{form}": (f"get_calendar_{form}", _calendar(form, False))
        for form in ("ics", "json", "xml")
    },
    "/healthz": (
        "get_health",
        _health("Whether it lives", "Health", {"status": "ok", "warnings": []}),
    ),
    "/readyz": (
        "get_readiness",
        replace(
            _READY,
            answers={**_READY.answers, 503: _answer("Ready", _NOT_READY, "It cannot.")},
        ),
    ),
    "/metrics": (
        "get_metrics",
        Operation(
            "How it does, for Prometheus",
            _SERVICE,
            "Numbers alone.",
            {200: {"description": "Metrics.", "content": {"text/plain": {"schema": _text()}}}},
            (),
            scope=None,
        ),
    ),
}
OPERATIONS: dict[str, Operation] = {
    **_EVENT_OPERATIONS,
    **_DOCUMENT_OPERATIONS,
    **_FEED_OPERATIONS,
}


def documented(operation_id: str) -> dict[str, Any]:
    """What a route's decorator takes of its operation. web.docs writes the whole of it, since what
    FastAPI makes of a signature says less."""
    known = operation_id.replace("-", "_")
    return {"operation_id": known, "summary": OPERATIONS[known].summary}
