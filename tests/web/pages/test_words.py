"""The pages' words: each is there in both languages, and used."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from pathlib import Path

import pytest

import service.web
from service import documents
from service.core.dates.when import InvalidWhen, parse
from service.core.events.items import Item
from service.errors import DocumentError
from service.sentences import said
from service.web import words
from service.web.words import Words
from tests.core.seed import event

WEB = Path(service.web.__file__).parent
# Names that are put together: t[f"group_{name}"].
PREFIXES = ("nav_", "view_", "filter_", "field_", "group_", "import_", "rule_kind_")


def test_every_word_is_there_in_both_languages_and_in_no_other() -> None:
    for name, (zh, en) in words._WORDS.items():
        assert zh, name
        assert en, name
        assert zh.count("{}") == en.count("{}"), name
        if name not in ("add_lead",):  # an example in the other language
            assert not re.search(r"[\u4e00-\u9fff]", en), name


def test_every_word_is_used() -> None:
    sources = "\n".join(
        path.read_text("utf-8")
        for path in [*WEB.glob("pages/*.py"), *WEB.glob("templates/*.html"), WEB / "words.py"]
    )
    used = set(re.findall(r"\b(?:t|self|words)\.([a-z0-9_]+)", sources))
    used |= set(re.findall(r'\["([a-z0-9_]+)"\]', sources)) | set(words._FIELDS.values())
    unused = {name for name in words._WORDS if name not in used and not name.startswith(PREFIXES)}
    assert not unused


@pytest.mark.parametrize(
    ("when", "today", "zh", "en"),
    [
        ("2026-05-13", "2026-04-27", "16 天后", "in 16 days"),
        ("2026-05-13", "2026-05-12", "明天", "tomorrow"),
        ("2026-05-13", "2026-05-13", "今天", "today"),
        ("2026-05-13/2026-05-15", "2026-05-14", "进行中，第 2/3 天", "on now, day 2 of 3"),
        ("2026-05-13", "2026-05-14", "昨天", "yesterday"),
        ("2026-05-13", "2026-05-20", "7 天前", "7 days ago"),
        ("2026-05", "2026-04-27", "4 天后进入窗口", "window opens in 4 days"),
        ("2026-05", "2026-04-30", "1 天后进入窗口", "window opens in 1 day"),
        ("2026-05", "2026-05-14", "窗口还剩 18 天", "18 days left"),
        ("2026-05", "2026-05-31", "窗口还剩 1 天", "1 day left"),
    ],
)
def test_how_far_off_it_is(when: str, today: str, zh: str, en: str) -> None:
    made = event("x", when)
    item = Item(made, made.when, made.when.first, made.when.last)
    day = datetime.fromisoformat(today).date()
    assert (Words("zh").away(item, day), Words("en").away(item, day)) == (zh, en)


def test_what_begins_soon_is_counted_to_the_minute() -> None:
    made = event("x", "2026-05-20T01:00+08:00")
    item = Item(made, made.when, made.when.first, made.when.last)
    now = datetime(2026, 5, 19, 13, 40, tzinfo=UTC)
    assert Words("zh").countdown(item, now, now.date()) == "3 小时 20 分后"
    assert Words("en").countdown(item, now, now.date()) == "in 3 h 20 min"
    assert (
        Words("zh").countdown(
            item, datetime(2026, 5, 1, tzinfo=UTC), made.when.first.replace(day=1)
        )
        == "19 天后"
    )


@pytest.mark.parametrize(
    "text",
    ["", "2026-02-30", "2026-13", "2026-05-14/2026-05-13", "2026-05/2026-06", "next", "2026-5-1", "20260501",
     "1800", "2026-05-20 10:00", "2026-05-20T25:00", "2026-22", "[2026-05-01..]", "2026-05-01/2026-06",
     "2026-05-01,2026-05-03", "2026-05-20T10:00:30+08:00"],
)  # fmt: skip
def test_what_is_wrong_with_a_date_is_said_in_chinese(text: str) -> None:
    with pytest.raises(InvalidWhen) as fault:
        parse(text)
    assert re.search("[\u4e00-\u9fff]", said(str(fault.value), "zh")), str(fault.value)
    assert said(str(fault.value), "en") == str(fault.value)


@pytest.mark.parametrize(
    ("name", "data"),
    [
        ("a.txt", b""),
        ("a.pdf", b"%PDF-1.7"),
        ("a.pdf", b"no pdf"),
        ("a.docx", b"PK\x03\x04"),
        ("a.bin", bytes(range(256)) * 3),
        ("a.html", b"<html><body></body></html>"),
    ],
)
def test_what_is_wrong_with_a_document_is_said_in_chinese(name: str, data: bytes) -> None:
    with pytest.raises(DocumentError) as fault:
        documents.read(data, media_type=None, name=name)
    (problem,) = fault.value.problems
    assert re.search("[\u4e00-\u9fff]", said(problem.detail, "zh")), problem.detail
