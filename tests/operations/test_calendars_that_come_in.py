"""Calendars that come in: of the tellings of one UID the newest counts, and what is called off is off.

Each story is told to both databases as `horizon import` tells it: read, propose, apply what is safe.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from service.core.calendars.feed import Heading
from service.core.events.event import CalendarVersion, ChangeKind, Event, Origin
from service.core.files import exports
from service.core.imports.proposals import Action
from service.operations import decisions, events, imports, reviews
from service.operations.events import By
from service.operations.imports import File
from service.operations.undo import undo
from service.store import Store

NOW = datetime(2026, 6, 1, 1, tzinfo=UTC)
UID = "summit@calendar.example"
SERIES = ("DTSTART;TZID=Europe/Paris:20260902T180000", "RRULE:FREQ=WEEKLY;COUNT=5")


def calendar(*entries: str, method: str = "") -> str:
    head = ["BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//Example//Example//EN"]
    if method:
        head.append(f"METHOD:{method}")
    return "\n".join([*head, *entries, "END:VCALENDAR", ""])


def entry(*lines: str, uid: str = UID, sequence: int | None = None, stamp: str = "0501") -> str:
    """An entry that was written on that day (MMDD) of 2026, with what else it says."""
    number = [] if sequence is None else [f"SEQUENCE:{sequence}"]
    own = [f"UID:{uid}", f"DTSTAMP:2026{stamp}T080000Z", *number, *lines]
    return "\n".join(["BEGIN:VEVENT", *own, "END:VEVENT"])


def on(day: str, *lines: str, title: str = "Example Summit", **given: object) -> str:
    """An entry of a whole day (MMDD) of 2026."""
    return entry(f"SUMMARY:{title}", f"DTSTART;VALUE=DATE:2026{day}", *lines, **given)  # type: ignore[arg-type]


def series(*lines: str, **given: object) -> str:
    return entry("SUMMARY:Example Call", *SERIES, *lines, **given)  # type: ignore[arg-type]


class Desk:
    """Somebody who imports files one after the other, a minute apart."""

    def __init__(self, store: Store) -> None:
        self.store, self.now = store, NOW
        self.told: list[tuple[str, str]] = []
        self.skipped: list[str] = []

    def by(self, origin: Origin = Origin.IMPORT) -> By:
        return By("desk", origin, self.now, "Asia/Shanghai")

    def imports(self, text: str) -> list[ChangeKind]:
        """What was changed; `told` has action and reason of each proposal, `skipped` the reasons."""
        self.now += timedelta(minutes=1)
        given = imports.read(File(text.replace("\n", "\r\n").encode()), self.by(), "zh")
        with self.store.writing(self.now) as writing:
            settled = imports.settle(writing, given)
            self.skipped = [each.reason for each in settled.skipped]
            found = imports.propose(writing, settled)
            self.told = [(p.action.value, p.reason.partition(": ")[2]) for p in found]
            safe = [p.id for p in imports.safe(found)]
            _, done = decisions.take(writing, given, self.by(), safe)
        return [ChangeKind(each["change"]) for each in done if each["change"]]

    def event(self, uid: str = UID) -> Event:
        with self.store.reading() as reading:
            event = reading.by_uid(uid)
        assert event is not None
        return event

    def when(self, uid: str = UID) -> str:
        return self.event(uid).when.text

    def takes_back(self) -> None:
        self.now += timedelta(minutes=1)
        event = self.event()
        with self.store.writing(self.now) as writing:
            assert undo(writing, event.id, event.version, self.by())

    def exported(self) -> str:
        with self.store.reading() as reading:
            held = [event] if (event := reading.by_uid(UID)) else []
        heading = Heading("Horizon", "http://127.0.0.1/x", "http://127.0.0.1", "Asia/Shanghai")
        data = exports.to_ics(held, heading, "zh", self.now.date()).data
        return data.decode().replace("\r\n", "\n")


@pytest.fixture
def desk(store: Store) -> Desk:
    return Desk(store)


# --- versions


def test_a_lower_sequence_does_not_move_a_date_back(desk: Desk) -> None:
    """A summit was put off in the newer file; the older one, read again, used to put it back."""
    desk.imports(calendar(on("0910", sequence=2, stamp="0520")))
    assert desk.imports(calendar(on("0903", sequence=1, stamp="0521"))) == []
    assert desk.told == [("unchanged", "older than what is stored, SEQUENCE 1 against 2")]
    assert desk.when() == "2026-09-10"
    assert desk.imports(calendar(on("0917", sequence=3, stamp="0522"))) == [ChangeKind.LATER]
    assert desk.when() == "2026-09-17"


def test_at_a_tie_of_sequence_the_later_dtstamp_wins(desk: Desk) -> None:
    """Most calendars never raise SEQUENCE. The file that was written first used to win when it was
    read last."""
    desk.imports(calendar(on("0910", stamp="0520")))
    assert desk.imports(calendar(on("0903", stamp="0519"))) == []
    reason = "older than what is stored, DTSTAMP 2026-05-19T08:00:00Z against 2026-05-20T08:00:00Z"
    assert desk.told == [("unchanged", reason)]
    assert desk.when() == "2026-09-10"
    assert desk.imports(calendar(on("0911", stamp="0521"))) == [ChangeKind.LATER]
    # The same stamp is not older: somebody mended the file by hand.
    assert desk.imports(calendar(on("0912", stamp="0521"))) == [ChangeKind.LATER]


def test_a_telling_that_changes_nothing_is_remembered(desk: Desk) -> None:
    """A feed is read each day and says the same; what it said the day before yesterday, found in a
    mailbox, is older all the same. The history does not grow by it."""
    desk.imports(calendar(on("0910", stamp="0520")))
    assert desk.imports(calendar(on("0910", stamp="0524"))) == []
    assert desk.told == [("unchanged", "nothing differs")]
    assert desk.imports(calendar(on("0903", stamp="0522"))) == []
    assert desk.when() == "2026-09-10"
    assert desk.event().version == 1


def test_a_calendar_that_never_raises_sequence_is_followed_however_often_it_moves(
    desk: Desk,
) -> None:
    """What Horizon publishes grows by one with each move; the calendar stays at 0, and is not older
    for that. Nor is it after somebody changed the event by hand."""
    for stamp, day in (("0501", "0901"), ("0502", "0902"), ("0503", "0903")):
        desk.imports(calendar(on(day, stamp=stamp, sequence=0)))
    assert (desk.when(), desk.event().sequence) == ("2026-09-03", 2)
    with desk.store.writing(desk.now) as writing:
        events.patch(writing, desk.event().id, {"location": "Paris"}, desk.by(Origin.WEB))
    assert desk.imports(calendar(on("0904", stamp="0504", sequence=0))) == [ChangeKind.LATER]
    assert (desk.event().sequence, desk.event().details.location) == (4, "Paris")


def test_what_is_published_grows_by_one_whatever_the_calendar_says(desk: Desk) -> None:
    desk.imports(calendar(on("0901", sequence=4)))
    desk.imports(calendar(on("0902", sequence=9)))
    assert desk.event().sequence == 5
    assert desk.event().calendar_version == CalendarVersion(9, datetime(2026, 5, 1, 8, tzinfo=UTC))


def test_our_own_export_read_again_later_does_not_undo_what_was_changed_since(desk: Desk) -> None:
    """Its numbers are those that Horizon publishes, not the calendar's that the event came from:
    neither does the one make the other old."""
    desk.imports(calendar(on("0901", sequence=0)))
    desk.imports(calendar(on("0902", sequence=0, stamp="0502")))
    exported = desk.exported()
    assert "SEQUENCE:1" in exported
    assert desk.imports(exported) == []
    desk.imports(calendar(on("0905", sequence=0, stamp="0503")))
    assert desk.imports(exported) == []
    assert desk.told == [("unchanged", "older than what is stored, SEQUENCE 1 against 2")]
    assert desk.imports(calendar(on("0906", sequence=0, stamp="0504"))) == [ChangeKind.LATER]
    # Nor does one that somebody edited: the calendar is followed as before.
    edited = desk.exported().replace("Example Summit", "Sample Summit")
    assert desk.imports(edited) == [ChangeKind.EDITED]
    assert desk.imports(calendar(on("0907", sequence=0, stamp="0505"))) == [ChangeKind.LATER]


def test_an_event_of_our_own_that_a_calendar_program_moves_twice(desk: Desk) -> None:
    """The program keeps our SEQUENCE and writes a new DTSTAMP each time. A copy from before what was
    changed here since is older."""
    with desk.store.writing(NOW) as writing:
        events.put(writing, "fair", {"title": "Example Fair", "when": "2026-09-01"}, desk.by())
    uid = "fair@horizon"
    moved = [
        on(day, uid=uid, sequence=0, stamp=day, title="Example Fair") for day in ("0902", "0903")
    ]
    assert desk.imports(calendar(moved[0])) == [ChangeKind.LATER]
    assert desk.imports(calendar(moved[1])) == [ChangeKind.LATER]
    desk.now = datetime(2026, 9, 4, tzinfo=UTC)
    with desk.store.writing(desk.now) as writing:
        events.patch(writing, "fair", {"when": "2026-09-20"}, desk.by(Origin.WEB))
    assert desk.imports(calendar(moved[1])) == []
    assert desk.when(uid) == "2026-09-20"
    # Without SEQUENCE and what Horizon writes it counts from nothing of ours.
    unmarked = on("0921", uid=uid, stamp="0101", title="Example Fair")
    assert desk.imports(calendar(unmarked)) == [ChangeKind.LATER]


def test_an_event_from_before_versions_were_kept_takes_the_next_telling(desk: Desk) -> None:
    desk.imports(calendar(on("0910", sequence=3)))
    with desk.store.writing(desk.now) as writing:
        writing.set_calendar_version(desk.event().id, None)
    assert desk.imports(calendar(on("0911", sequence=1))) == [ChangeKind.LATER]
    assert desk.imports(calendar(on("0912", sequence=0))) == []


# --- called off


def test_method_cancel_calls_the_stored_event_off(desk: Desk) -> None:
    """It came in as an event that takes place, beside the stored one, or as no change: it has no
    STATUS, and need say no more than which event."""
    desk.imports(calendar(on("0910", "LOCATION:Paris"), method="REQUEST"))
    assert desk.imports(calendar(entry(sequence=1, stamp="0502"), method="CANCEL")) == [
        ChangeKind.CANCELLED
    ]
    assert desk.told == [("cancel", "called off")]
    event = desk.event()
    assert (event.cancelled, event.when.text, event.sequence) == (True, "2026-09-10", 1)
    assert event.details.location == "Paris"
    # The invitation, read again, does not bring it back; a newer one does.
    assert desk.imports(calendar(on("0910"), method="REQUEST")) == []
    assert desk.event().cancelled
    again = calendar(on("0911", sequence=2, stamp="0503"), method="REQUEST")
    assert desk.imports(again) == [ChangeKind.REINSTATED]
    assert (desk.event().cancelled, desk.when()) == (False, "2026-09-11")


def test_an_older_cancellation_calls_nothing_off(desk: Desk) -> None:
    desk.imports(calendar(on("0910", sequence=2), method="REQUEST"))
    assert desk.imports(calendar(entry(sequence=1), method="CANCEL")) == []
    assert desk.told == [("unchanged", "older than what is stored, SEQUENCE 1 against 2")]
    assert not desk.event().cancelled


def test_a_cancellation_of_what_is_not_stored_makes_no_event(desk: Desk) -> None:
    cancel = calendar(on("0910", "STATUS:CANCELLED", sequence=1), method="CANCEL")
    assert desk.imports(cancel) == []
    assert (desk.told, desk.skipped) == ([], ["it calls off an event that is not stored"])
    with desk.store.reading() as reading:
        assert reading.count().total == 0
    # Nor does it bring back one that was taken out.
    desk.imports(calendar(on("0910")))
    desk.takes_back()
    assert desk.imports(cancel) == []
    assert desk.event().withdrawn


def test_status_cancelled_calls_off_too(desk: Desk) -> None:
    desk.imports(calendar(on("0910")))
    assert desk.imports(calendar(on("0910", "STATUS:CANCELLED", stamp="0502"))) == [
        ChangeKind.CANCELLED
    ]


def test_a_file_with_an_invitation_and_its_cancellation(desk: Desk) -> None:
    """A mailbox as one stream: the cancellation is the newer of the two, wherever it stands."""
    both = [
        calendar(entry(sequence=1, stamp="0502"), method="CANCEL"),
        calendar(on("0910"), method="REQUEST"),
    ]
    assert desk.imports("".join(both)) == []
    assert desk.skipped == [
        "its UID stands twice; another entry has it with a higher SEQUENCE or a later DTSTAMP",
        "it calls off an event that is not stored",
    ]
    desk.imports(both[1])
    assert desk.imports("".join(both)) == [ChangeKind.CANCELLED]


def test_one_occurrence_is_called_off_alone(desk: Desk) -> None:
    """METHOD:CANCEL with a RECURRENCE-ID leaves that day out, whatever zone it is written in; the
    series as it came, read again, does not bring it back."""
    whole = calendar(series(), method="REQUEST")
    desk.imports(whole)
    cancel = [
        entry("RECURRENCE-ID;TZID=Europe/Paris:20260916T180000", sequence=1, stamp="0502"),
        entry("RECURRENCE-ID:20260923T160000Z", sequence=1, stamp="0502"),
    ]
    assert desk.imports(calendar(*cancel, method="CANCEL")) == [ChangeKind.EDITED]
    event = desk.event()
    assert [day.isoformat() for day in event.details.exceptions] == ["2026-09-16", "2026-09-23"]
    assert (event.cancelled, event.sequence) == (False, 1)
    assert desk.imports(whole) == []
    assert "older than what is stored, DTSTAMP" in desk.told[0][1]
    assert desk.event() == event
    # The series has a SEQUENCE of its own, and goes on from it.
    moved = series("LOCATION:Paris", "EXDATE;TZID=Europe/Paris:20260916T180000", stamp="0503")
    assert desk.imports(calendar(moved, method="REQUEST")) == [ChangeKind.EDITED]
    assert [day.isoformat() for day in desk.event().details.exceptions] == ["2026-09-16"]


@pytest.mark.parametrize(
    ("stored", "occurrence", "reason"),
    [
        (series(), "20260917T180000", "nothing of the series begins on 2026-09-17"),
        (on("0910"), "20260910T180000", "the event does not recur"),
        ("", "20260910T180000", ""),
    ],
)  # fmt: skip
def test_an_occurrence_that_cannot_be_called_off_is_skipped(
    desk: Desk, stored: str, occurrence: str, reason: str
) -> None:
    if stored:
        desk.imports(calendar(stored))
    one = entry(f"RECURRENCE-ID;TZID=Europe/Paris:{occurrence}", sequence=1, stamp="0502")
    assert desk.imports(calendar(one, method="CANCEL")) == []
    assert desk.told == []
    expected = f"one occurrence cannot be called off: {reason}" if stored else ""
    assert desk.skipped == [expected or "it calls off an event that is not stored"]


def test_the_first_occurrence_is_called_off(desk: Desk) -> None:
    """It used to be the one day that a series could not do without."""
    desk.imports(calendar(series()))
    one = entry("RECURRENCE-ID;TZID=Europe/Paris:20260902T180000", sequence=1, stamp="0502")
    assert desk.imports(calendar(one, method="CANCEL")) == [ChangeKind.LATER]
    event = desk.event()
    assert (desk.when(), event.details.recurrence) == (
        "2026-09-09T18:00+02:00",
        "FREQ=WEEKLY;COUNT=4",
    )
    assert desk.imports(calendar(series())) == []


def test_a_changed_occurrence_comes_without_its_series(desk: Desk) -> None:
    """An invitation to the one day that was moved: the stored series does without it, and the day is
    an event; called off later, it is off, and the series is as it was."""
    desk.imports(calendar(series()))
    moved = entry(
        "SUMMARY:Example Call",
        "RECURRENCE-ID;TZID=Europe/Paris:20260916T180000",
        "DTSTART;TZID=Europe/Paris:20260917T180000",
        stamp="0502",
    )
    assert desk.imports(calendar(moved, method="REQUEST")) == [
        ChangeKind.CREATED,
        ChangeKind.EDITED,
    ]
    single = f"{UID}#20260916T160000Z"
    assert desk.when(single) == "2026-09-17T18:00+02:00"
    assert [day.isoformat() for day in desk.event().details.exceptions] == ["2026-09-16"]
    assert desk.imports(calendar(moved, method="REQUEST")) == []
    off = entry("RECURRENCE-ID:20260916T160000Z", sequence=1, stamp="0503")
    assert desk.imports(calendar(off, method="CANCEL")) == [ChangeKind.CANCELLED]
    assert desk.event(single).cancelled
    assert [day.isoformat() for day in desk.event().details.exceptions] == ["2026-09-16"]
    assert desk.skipped == []


def test_a_changed_occurrence_of_a_series_that_is_not_stored_is_just_an_event(desk: Desk) -> None:
    moved = on("0917", "RECURRENCE-ID;VALUE=DATE:20260916")
    assert desk.imports(calendar(moved)) == [ChangeKind.CREATED]
    assert desk.skipped == []


def test_events_that_share_a_uid_by_mistake_say_so(desk: Desk) -> None:
    both = calendar(on("0910", title="Example Fair"), on("0917", title="Example Dinner"))
    assert desk.imports(both) == [ChangeKind.CREATED] * 2
    note = "no event like it is stored; its UID stands 2 times in the file, for events that differ"
    assert desk.imports(both) == []
    with desk.store.reading() as reading:
        assert reading.count().total == 2
    desk.now = NOW
    given = imports.read(File(both.encode()), desk.by(), "zh")
    assert [each.note for each in given.candidates] == [note.partition("; ")[2]] * 2


def test_answers_to_an_invitation_are_no_events(desk: Desk) -> None:
    """A guest who cannot come, or would rather come later, changes nothing of the event."""
    desk.imports(calendar(on("0910"), method="REQUEST"))
    for method in ("REPLY", "COUNTER", "DECLINECOUNTER", "REFRESH", "ADD", "X-OTHER"):
        later = on("0911", sequence=5, stamp="0520")
        assert desk.imports(calendar(later, method=method)) == []
        assert desk.told == []
        assert desk.skipped == [f"METHOD:{method} is no event; PUBLISH and REQUEST hold them"]
    assert desk.when() == "2026-09-10"


# --- taken back, and kept for review


def test_an_import_that_is_taken_back_leaves_nothing_of_its_version(desk: Desk) -> None:
    """The wrong file was read and undone: the right one, though written earlier, is not older."""
    desk.imports(calendar(on("0910", sequence=1)))
    desk.imports(calendar(on("0920", sequence=7, stamp="0509")))
    desk.takes_back()
    assert desk.when() == "2026-09-10"
    assert desk.imports(calendar(on("0911", sequence=2, stamp="0502"))) == [ChangeKind.LATER]
    assert desk.imports(calendar(on("0910", sequence=1))) == []


def test_an_event_whose_import_was_taken_back_may_come_again_from_an_older_file(
    desk: Desk,
) -> None:
    desk.imports(calendar(on("0910", sequence=3)))
    desk.takes_back()
    assert desk.event().withdrawn
    assert desk.imports(calendar(on("0903", sequence=1))) == [ChangeKind.RESTORED]


def test_a_cancellation_that_is_taken_back(desk: Desk) -> None:
    desk.imports(calendar(on("0910")))
    desk.imports(calendar(entry(sequence=1, stamp="0502"), method="CANCEL"))
    desk.takes_back()
    assert not desk.event().cancelled
    assert desk.imports(calendar(entry(sequence=1, stamp="0502"), method="CANCEL")) == [
        ChangeKind.CANCELLED
    ]


def test_a_cancellation_waits_for_review_like_everything_else(desk: Desk) -> None:
    desk.imports(calendar(series()))
    one = entry("RECURRENCE-ID:20260916T160000Z", sequence=1, stamp="0502")
    other = entry(uid="unknown@calendar.example")
    given = imports.read(File(calendar(one, other, method="CANCEL").encode()), desk.by(), "zh")
    with desk.store.writing(desk.now) as writing:
        kept = reviews.keep(writing, given, desk.by())
    shown = reviews.shown(kept, "zh")
    assert [p["action"] for p in shown["proposals"]] == [Action.REFINE]
    assert [each["reason"] for each in shown["skipped"]] == [
        "it calls off an event that is not stored"
    ]
    assert not desk.event().details.exceptions
    with desk.store.writing(desk.now) as writing:
        done = decisions.apply_kept(writing, kept.id, "all", desk.by())
    assert [each["change"] for each in done["applied"]] == ["edited"]
    assert [day.isoformat() for day in desk.event().details.exceptions] == ["2026-09-16"]


def test_an_import_that_was_kept_by_an_earlier_horizon_can_be_applied(desk: Desk) -> None:
    given = imports.read(File(calendar(on("0910")).encode()), desk.by(), "zh")
    with desk.store.writing(desk.now) as writing:
        kept = reviews.keep(writing, given, desk.by())
        for candidate in kept.content["candidates"]:
            del candidate["version"]
        kept.content["skipped"] = [["Milk", "a VTODO is no event"]]
        assert reviews.shown(kept, "zh")["skipped"] == [
            {"what": "Milk", "reason": "a VTODO is no event", "line": None}
        ]
        writing.put_import(replace(kept, id="earlier"))
    with desk.store.writing(desk.now) as writing:
        decisions.apply_kept(writing, "earlier", "all", desk.by())
    assert desk.when() == "2026-09-10"


def test_a_day_that_exchange_moved_by_an_offset_it_does_not_define(desk: Desk) -> None:
    """Exchange names the moved day of an all-day series as midnight in UTC+01:00; the series stood
    with the old day, and the new one was lost."""
    days = on("0910", "RRULE:FREQ=WEEKLY;COUNT=3", title="Example Days")
    for name in ("UTC+01:00", "UTC+01", "utc +1"):
        moved = entry(
            "SUMMARY:Example Days",
            f'RECURRENCE-ID;TZID="{name}":20260917T000000',
            "DTSTART;VALUE=DATE:20260918",
        )
        desk.imports(calendar(days, moved))
        assert desk.skipped == []
        assert [day.isoformat() for day in desk.event().details.exceptions] == ["2026-09-17"]
        assert desk.when(f"{UID}#20260916T230000Z") == "2026-09-18"


@pytest.mark.parametrize("name", ["GMT+1", "UTC+15", "UTC+1:75", "+01:00"])
def test_an_offset_that_may_be_either_is_no_zone(desk: Desk, name: str) -> None:
    desk.imports(calendar(entry("SUMMARY:Example Talk", f'DTSTART;TZID="{name}":20260917T100000')))
    assert desk.skipped == [f"its time zone '{name}' is not known"]
