"""What a change is called: in one table, for alerts, feeds and histories."""

from __future__ import annotations

import pytest

from service.core.dates.when import parse
from service.core.events.change_words import WORDS, headline, longer_by
from service.core.events.event import ChangeKind


def test_every_kind_of_change_has_words_in_both_languages() -> None:
    assert set(WORDS) == set(ChangeKind)
    for words in WORDS.values():
        for chinese, english in (words.told, words.listed):
            assert not chinese.isascii()
            assert english.isascii()
            assert english


@pytest.mark.parametrize(
    ("kind", "before", "after", "english"),
    [
        (ChangeKind.FIRMED, "2026-05", "2026-05-19", "Date set"),
        (ChangeKind.FIRMED, "2026", "2026-05", "Window narrowed"),
        (ChangeKind.FIRMED, "2026-05-19", "2026-05-19T01:00+08:00", "Time set"),
        (ChangeKind.LOOSENED, "2026-05-19", "2026-05", "Date open again"),
        (ChangeKind.LOOSENED, "2026-05", "2026", "Window widened"),
        (ChangeKind.LOOSENED, "2026-05-19T01:00+08:00", "2026-05-19", "Time open again"),
        (ChangeKind.LOOSENED, "2026-05-19", "2026-05-19/2026-05-20", "Moved"),
        (ChangeKind.LATER, "2026-05-19", "2026-05-20", "Moved"),
        (ChangeKind.CANCELLED, "2026-05-19", "2026-05-19", "Cancelled"),
    ],
)
def test_an_alert_is_headed_by_what_its_dates_bear_out(
    kind: ChangeKind, before: str, after: str, english: str
) -> None:
    assert headline(kind, parse(before), parse(after))[1] == english


def test_an_event_that_only_grew_says_by_how_many_days() -> None:
    one, two = parse("2026-05-19"), parse("2026-05-19/2026-05-20")
    assert longer_by(ChangeKind.LOOSENED, one, two) == 1
    assert longer_by(ChangeKind.FIRMED, two, one) == -1
    assert longer_by(ChangeKind.LATER, one, two) == 0
    assert longer_by(ChangeKind.FIRMED, None, one) == 0
