"""The keys of an event: what is taken, what is refused with which words, and the round trip."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from service.core.events import fields
from service.core.events.event import Details
from service.core.events.kinds import Kind
from service.errors import InvalidInput

GOOGLE_IO: dict[str, Any] = {
    "title": "Google I/O 2026 开发者大会",
    "titles": {"en": "Google I/O 2026"},
    "when": "2026-05",
    "kind": "conference",
    "timezone": "America/Los_Angeles",
    "tags": [],
    "tickers": ["GOOGL.O"],
    "organizations": ["Google"],
    "importance": "high",
    "location": "",
    "url": "",
    "description": "",
    "recurrence": None,
    "exceptions": [],
    "status": None,
    "source": {
        "title": "人工智能周报（26年第17周）",
        "publisher": "国信证券",
        "date": "2026-04-27",
        "url": "",
        "official": False,
        "excerpt": "5 月：Google I/O 2026 开发者大会",
    },
}


def read(**given_: Any) -> Details:
    return fields.read({"title": "会议", "when": "2026-05-13", **given_}, "Asia/Shanghai")


def faults(data: dict[str, Any]) -> dict[str, str]:
    with pytest.raises(InvalidInput) as refusal:
        fields.read(data, "Asia/Shanghai")
    return {problem.pointer: problem.detail for problem in refusal.value.problems}


def test_the_contracts_example_is_read_and_written_alike() -> None:
    assert fields.write(fields.read(GOOGLE_IO, "Asia/Shanghai")) == GOOGLE_IO


def test_title_and_when_are_enough() -> None:
    event = fields.read({"title": "SuperAI 2026", "when": "2026-06-10/2026-06-11"}, "Asia/Shanghai")
    assert (event.timezone, event.status, event.tags, event.source) == (
        "Asia/Shanghai",
        None,
        (),
        None,
    )


def test_all_faults_are_told_at_once_each_with_its_pointer() -> None:
    found = faults(
        {
            "when": "2026-02-30",
            "kind": "conferense",
            "timezone": "Asia/Peking",
            "tags": "AI",
            "tickers": ["0700.HK", 700],
            "source": {"titel": "x", "date": "2026-13-01"},
            "importanc": "high",
            "exceptions": ["2026-05"],
            "url": "javascript:alert(1)",
        }
    )
    assert found["/title"] == "is required"
    assert "2026-02 has 28 days" in found["/when"]
    assert "did you mean conference?" in found["/kind"]
    assert "no IANA time zone" in found["/timezone"]
    assert found["/tags"] == "must be a list, such as [AI]"
    assert found["/tickers/1"] == 'must be text; write "700" in quotes'
    assert "did you mean title?" in found["/source/titel"]
    assert "did you mean importance?" in found["/importanc"]
    assert "is not one day" in found["/exceptions/0"]
    assert "no address" in found["/url"]


@pytest.mark.parametrize(
    ("key", "value", "says"),
    [
        ("title", "", "is empty"),
        ("title", "   \n ", "is empty"),
        ("title", 2026, 'write "2026" in quotes'),
        ("title", ["x"], "must be text, not a list"),
        ("title", {"x": "y"}, "must be text, not an object"),
        ("title", "x" * 2_000_000, "has 2000000 characters; at most 500"),
        ("title", "a\x00b", "U+0000 at position 2"),
        ("title", "a\ud800b", "U+D800"),
        ("title", "a\ufffeb", "U+FFFE"),
        ("description", "x" * 20_001, "at most 20000"),
        ("titles", {"French": "x"}, "no language tag"),
        ("titles", ["x"], "titles by language"),
        ("tags", ["x"] * 101, "at most 100"),
        ("tags", [""], "is empty"),
        ("status", "maybe", "tentative, confirmed, cancelled"),
        ("recurrence", "FREQ=HOURLY", "DAILY, WEEKLY, MONTHLY, YEARLY"),
        ("recurrence", "FREQ=YEARLY;COUNT=1", "happens once has no recurrence"),
        ("recurrence", "FREQ=YEARLY;BYMONTH=6", "does not fall on the event's own start"),
        ("recurrence", "yearly", "FREQ=YEARLY"),
        ("when", 2026, 'write "2026" in quotes'),
        ("exceptions", ["2027-05-13"], "only a recurring event"),
        ("timezone", "../../etc/passwd", "no IANA time zone"),
        ("timezone", "asia/shanghai", "did you mean Asia/Shanghai?"),
        ("url", "https://", "no address"),
        ("url", "https://[bad", "no address"),
        ("source", "国信证券", "must be an object"),
        ("source", {"official": "yes"}, "true or false"),
        ("source", {"page": 0}, "a number from 1"),
        ("source", {"sha256": "abc"}, "64 hexadecimal digits"),
    ],
)
def test_a_value_that_cannot_be_used_is_refused_with_what_to_do(
    key: str, value: Any, says: str
) -> None:
    found = faults({"title": "会议", "when": "2026-05-13", key: value})
    assert [p for p in found if p.startswith(f"/{key}")], found
    assert says in "".join(found.values())
    assert len("".join(found.values())) < 600


def test_a_recurrence_needs_a_known_day() -> None:
    found = faults({"title": "x", "when": "2026-05", "recurrence": "FREQ=YEARLY"})
    assert "whose day is not known" in found["/recurrence"]


def test_a_time_without_offset_is_read_in_the_events_own_zone() -> None:
    event = read(when="2026-05-19T10:00", timezone="America/Los_Angeles")
    assert event.when.text == "2026-05-19T10:00-07:00"
    assert read(when="2026-05-20T01:00").when.text == "2026-05-20T01:00+08:00"


def test_titles_may_be_in_any_language() -> None:
    assert read(titles={"fr": "Salon", "zh-TW": "大會"}).titles == (
        ("fr", "Salon"),
        ("zh-TW", "大會"),
    )


def test_text_is_kept_but_for_what_breaks_calendars() -> None:
    event = read(
        title="  Chinese\r\n and\tEnglish\u2028line ",
        description="one\r\ntwo\u2029three\x85four",
        tags=["AI", "AI", "机器人"],
    )
    assert event.title == "Chinese and English line"
    assert event.description == "one\ntwo\nthree\nfour"
    assert event.tags == ("AI", "机器人")


def test_an_empty_cell_of_a_spreadsheet_is_no_value() -> None:
    event = read(kind="", importance="", status="", timezone="", recurrence="")
    assert (event.kind, event.status, event.timezone) == (Kind.CONFERENCE, None, "Asia/Shanghai")


def test_the_first_day_is_no_exception() -> None:
    """sabre shows an entry's own day, excepted or not."""
    given = {"title": "x", "when": "2026-05-13", "recurrence": "FREQ=YEARLY"}
    assert "2026-05-13" in faults({**given, "exceptions": ["2026-05-13"]})["/exceptions"]
    assert read(recurrence="FREQ=YEARLY", exceptions=["2027-05-13"]).exceptions


def test_29_february_does_not_recur() -> None:
    """Thunderbird shows 1 March in other years, everybody else leap years alone."""
    found = faults({"title": "x", "when": "2028-02-29", "recurrence": "FREQ=YEARLY"})
    assert "leap years" in found["/recurrence"]


def test_null_means_the_default() -> None:
    event = read(tags=None, importance=None, source=None, titles={"en": None})
    assert (event.tags, event.importance, event.source, event.titles) == ((), "normal", None, ())


def test_ids_are_plain() -> None:
    assert fields.read_id("baidu-create-2026") == "baidu-create-2026"
    for bad in ("", "A", "a_b", "a" * 101, "百度", "a/b", None, 5):
        with pytest.raises(InvalidInput):
            fields.read_id(bad)


@pytest.mark.parametrize(
    ("title", "kind"),
    [
        ("百度 Create 2026 AI 开发者大会", Kind.CONFERENCE),
        ("Fortune 职场创新峰会", Kind.CONFERENCE),
        ("Google I/O 2026", Kind.CONFERENCE),
        ("《人工智能拟人化互动服务管理暂行办法》正式施行", Kind.REGULATION),
        ("EU AI Act takes effect", Kind.REGULATION),
        ("《数据安全管理办法》公开征求意见", Kind.CONSULTATION),
        ("ICLR 2027 paper deadline", Kind.DEADLINE),
        ("腾讯控股2026年一季报", Kind.EARNINGS),
        ("德国10月IFO商业景气指数", Kind.DATA_RELEASE),
        ("FOMC 议息会议", Kind.POLICY),
        ("长风 L9 智能驾驶平台发布", Kind.LAUNCH),
        ("小米新品发布会", Kind.LAUNCH),
        ("SuperAI 2026", Kind.OTHER),
    ],
)
def test_a_kind_not_given_is_inferred_from_the_title(title: str, kind: Kind) -> None:
    assert fields.read({"title": title, "when": "2026"}, "Asia/Shanghai").kind is kind


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3)
    ),
    max_leaves=6,
)
KEYS = st.sampled_from([*GOOGLE_IO, "id", "nonsense"])


@given(st.dictionaries(KEYS, JSON, max_size=8))
def test_any_json_is_either_read_or_refused_with_pointers(data: dict[str, Any]) -> None:
    try:
        details = fields.read(data, "Asia/Shanghai")
    except InvalidInput as refusal:
        assert all(problem.pointer.startswith("/") for problem in refusal.problems)  # noqa: PT017
    else:
        assert fields.read(fields.write(details), "Europe/Paris") == details
