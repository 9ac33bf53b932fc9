"""An error of the reader's own costs the line at which it came, never the document."""

from __future__ import annotations

from datetime import date

import pytest

from service.core.dates.phrases import Phrase
from service.core.dates.phrases import find as find_phrases
from service.core.reading import mentions
from service.core.reading.document import text_lines
from service.core.reading.reader import announcements, tell
from service.core.reading.seen import Why

TEXT = """\
12月9日：砚石大会
12月10日：会让读者出错的一行
12月11日：松烟论坛"""


@pytest.fixture
def failing(monkeypatch: pytest.MonkeyPatch) -> None:
    def find(text: str) -> tuple[Phrase, ...]:
        if "出错" in text:
            raise KeyError("上个")
        return find_phrases(text)

    monkeypatch.setattr(mentions, "find", find)


@pytest.mark.usefixtures("failing")
def test_a_line_that_raises_is_seen_and_the_others_are_read() -> None:
    """上个周五 anywhere in a text ended the whole document with a KeyError."""
    told = tell(text_lines(TEXT), date(2026, 11, 30), "Asia/Shanghai")
    assert [one.title for one in told.announcements] == ["砚石大会", "松烟论坛"]
    (seen,) = told.seen
    assert (seen.why, seen.line, seen.when) == (Why.FAULT, 2, None)
    (fault,) = told.faults
    assert (fault.block.line, type(fault.error)) == (2, KeyError)


@pytest.mark.usefixtures("failing")
def test_whoever_wants_only_the_announcements_gets_the_error() -> None:
    with pytest.raises(KeyError):
        announcements(text_lines(TEXT), date(2026, 11, 30), "Asia/Shanghai")


def test_words_of_time_that_were_not_read_are_why_a_date_is_not_taken() -> None:
    told = tell(text_lines("元旦后第一周：松烟论坛"), date(2026, 11, 30), "Asia/Shanghai")
    assert not told.announcements
    assert Why.LEFTOVER in {one.why for one in told.seen}
