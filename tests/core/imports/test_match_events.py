"""Announcements against stored events: the same one, another edition, or one that only looks alike."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from service.core.dates import when
from service.core.events.event import Event, Source
from service.core.events.kinds import infer_kind
from service.core.imports import match_events
from service.core.imports.proposals import Proposal, as_json
from service.core.reading.announcement import Announcement
from service.core.reading.document import text_lines
from service.core.reading.note import note_line
from service.core.reading.reader import announcements
from service.operations.catalogue import shipped
from tests.core.events.test_likeness import ONE_EVENT, TWO_EVENTS
from tests.core.seed import GOOGLE, MICROSOFT, SEED, event, revised
from tests.every_kind import CANCELLED, DAYS, RECURRING, TEXTS, TIMED, UNDATED

NOTE = Source(title="AI 事件更新", date=date(2026, 5, 8), sha256="ab" * 32)
AI_ACT = event(
    "ai-act",
    "2026-08-02",
    title="欧盟《人工智能法案》：附件三高风险系统义务开始适用",
    kind="regulation",
)


def said(title: str, text: str, previous: str | None = None, **more: object) -> Announcement:
    before = when.parse(previous) if previous else None
    return replace(
        Announcement(
            title, when.parse(text), infer_kind(title), f"{text}：{title}", None, 1, 0.95,
            previous=before,
        ),
        **more,
    )  # fmt: skip


def fitted(
    stored: list[Event] | tuple[Event, ...], *found: Announcement, source: Source = NOTE
) -> list[Proposal]:
    assert source.date is not None
    made = match_events.candidates(found, source, source.date, "Asia/Shanghai", shipped())
    return match_events.fit(made, stored, shipped())


def outline(proposals: list[Proposal]) -> list[tuple[str, str | None, str]]:
    return [(p.action.value, p.matches, p.details.when.text) for p in proposals]


def test_the_note_firms_moves_and_keeps() -> None:
    found = fitted(
        [*SEED, AI_ACT],
        said("谷歌 I/O 2026 开发者大会", "2026-05-19/2026-05-20"),
        said("微软 Build 2026 开发者大会（旧金山 Fort Mason Center）", "2026-06-02/2026-06-03"),
        said("欧盟《人工智能法案》附件三高风险系统义务开始适用", "2027-12-02", "2026-08-02"),
    )
    assert outline(found) == [
        ("refine", "google-io-2026", "2026-05-19/2026-05-20"),
        ("move", "microsoft-build-2026", "2026-06-02/2026-06-03"),
        ("move", "ai-act", "2027-12-02"),
    ]
    assert [p.id for p in found] == ["p1", "p2", "p3"]
    assert all(p.confidence > 0.7 for p in found)
    first = found[0].details
    assert first.title == GOOGLE.title  # of the event only its date and its source are new
    assert replace(first, when=GOOGLE.when, source=GOOGLE.details.source) == GOOGLE.details
    assert first.source == replace(
        NOTE, excerpt="2026-05-19/2026-05-20：谷歌 I/O 2026 开发者大会", line=1
    )


def test_without_the_old_date_a_rule_of_law_is_known_by_its_title_alone() -> None:
    (found,) = fitted(
        [AI_ACT], said("欧盟《人工智能法案》附件三高风险系统义务开始适用", "2027-12-02")
    )
    assert (found.action, found.matches) == ("move", "ai-act")
    other = replace(AI_ACT, details=replace(AI_ACT.details, when=when.parse("2027-12-02")))
    (found,) = fitted(
        [other], said("欧盟《人工智能法案》附件三高风险系统义务开始适用", "2027-12-02")
    )
    assert (found.action, found.matches) == ("unchanged", "ai-act")


def test_what_is_stored_already_is_unchanged_and_shows_where_it_was_read() -> None:
    found = fitted(SEED, *(said(e.title, e.when.text) for e in SEED))
    assert outline(found) == [("unchanged", e.id, e.when.text) for e in SEED]
    shown = as_json(found[0], "zh")
    assert (shown["line"], shown["excerpt"][:10]) == (1, "2026-05-13")


@pytest.mark.parametrize(
    ("title", "text", "action", "matches"),
    [
        ("谷歌 I/O 开发者大会", "2026-05-19/2026-05-20", "refine", "google-io-2026"),
        # Next year's edition is another event.
        ("Google I/O 2027 开发者大会", "2027-05", "create", None),
        ("Google I/O 开发者大会", "2027-05", "create", None),
        ("Google I/O 2026 开发者大会", "2026-09-15", "move", "google-io-2026"),
        ("Google Cloud Next 2026", "2026-05-19", "create", None),
        # Less exact than what is stored: nothing is loosened.
        ("百度 Create 2026 AI 开发者大会", "2026-05", "unchanged", "baidu-create-2026"),
        ("百度 Create 2026 AI 开发者大会", "2026-Q2", "unchanged", "baidu-create-2026"),
        ("《人工智能拟人化互动服务管理暂行办法》正式施行", "2026-08-01", "move", "anthropomorphic-ai-rules"),
        ("《智能体服务标识规定》正式施行", "2026-07-15", "create", None),
        ("SuperAI 2026", "2026-06-10/2026-06-11", "unchanged", "superai-2026"),
        # The day on which it opens does not say that it lasts one day.
        ("SuperAI 2026", "2026-06-10", "unchanged", "superai-2026"),
        ("SuperAI 2026", "2026-06-10T10:00+08:00", "unchanged", "superai-2026"),
        ("SuperAI 2026", "2026-06-10/2026-06-12", "unchanged", "superai-2026"),
        ("SuperAI 2026", "2026-06-12", "move", "superai-2026"),
    ],
)  # fmt: skip
def test_editions_names_and_windows(
    title: str, text: str, action: str, matches: str | None
) -> None:
    (found,) = fitted(SEED, said(title, text))
    assert (found.action.value, found.matches) == (action, matches), found.reason


def test_what_is_postponed_without_a_new_day_is_loosened() -> None:
    (found,) = fitted(SEED, said("SuperAI 2026", "2026-06", "2026-06-10/2026-06-11"))
    assert (found.action, found.matches) == ("move", "superai-2026")
    assert found.details.when.text == "2026-06"


def test_an_older_document_overrules_nothing_newer() -> None:
    newer = {"title": "AI 事件更新", "date": "2026-05-08"}
    build = revised(MICROSOFT, when="2026-06-02/2026-06-03", source=newer).after
    older = replace(NOTE, date=date(2026, 4, 27))
    (found,) = fitted([build], said(build.title, "2026-05"), source=older)
    assert (found.action, found.matches) == ("unchanged", build.id)
    assert "from a newer source (2026-05-08)" in found.reason
    vague = revised(MICROSOFT, when="2026-06", source=newer).after
    (found,) = fitted([vague], said(build.title, "2026-06-02/2026-06-03"), source=older)
    assert found.action == "refine"  # it contradicts nothing


def test_two_stored_events_that_fit_alike_are_left_alone() -> None:
    twin = replace(GOOGLE, id="twin", uid="twin@horizon")
    (found,) = fitted([GOOGLE, twin], said("谷歌 I/O 2026 开发者大会", "2026-05-19"))
    assert (found.action, found.matches) == ("create", None)
    assert "google-io-2026 (2026-05), twin (2026-05) look like it" in found.reason
    assert found.confidence < 0.6


def test_of_two_with_one_name_the_date_tells() -> None:
    both = [event(f"talk-{day}", f"2026-05-{day}", title="国新办发布会") for day in (12, 19)]
    (found,) = fitted(both, said("国新办发布会", "2026-05-19"))
    assert (found.action, found.matches) == ("unchanged", "talk-19")


def test_figures_that_come_every_month_are_not_moved() -> None:
    held = event("cpi", "2026-05-11", title="CPI 数据公布", kind="data-release")
    (found,) = fitted([held], said("CPI 数据公布", "2026-06-10"))
    assert (found.action, found.matches) == ("create", None)
    (found,) = fitted([held], said("CPI 数据公布", "2026-05-12"))
    assert (found.action, found.matches) == ("move", "cpi")


def test_what_is_over_does_not_move() -> None:
    held = event("summit", "2026-05-06", title="Fortune 职场创新峰会")
    (found,) = fitted([held], said("Fortune 职场创新峰会", "2026-05-20"))
    assert (found.action, found.matches) == ("create", None)
    assert "summit (2026-05-06) looks like it" in found.reason
    open_ = event("summit", "2026-05", title="Fortune 职场创新峰会")
    late = replace(NOTE, date=date(2026, 6, 3))
    (found,) = fitted([open_], said("Fortune 职场创新峰会", "2026-06-20"), source=late)
    assert (found.action, found.matches) == ("move", "summit")


def test_one_event_is_never_changed_by_two_lines() -> None:
    found = fitted(
        SEED,
        said("谷歌 I/O 2026 开发者大会主题演讲与产品发布", "2026-05-19"),
        said("谷歌 I/O 2026 开发者大会", "2026-05-19/2026-05-20"),
    )
    assert [p.matches for p in found].count("google-io-2026") == 1
    assert found[1].matches == "google-io-2026"


def test_what_a_document_says_twice_is_one_proposal() -> None:
    found = fitted(
        [],
        said("Google I/O 2026", "2026-05"),
        said("谷歌 I/O 2026", "2026-05-19/2026-05-20"),
        said("Google I/O 2026", "2026-05-19/2026-05-20"),
    )
    assert outline(found) == [("create", None, "2026-05-19/2026-05-20")]


@pytest.mark.parametrize("order", [1, -1])
def test_of_all_days_and_the_first_all_count(order: int) -> None:
    days, opening = said("CES 2027", "2027-01-06/2027-01-09"), said("CES 2027", "2027-01-06")
    assert outline(fitted([], *[days, opening][::order])) == [
        ("create", None, "2027-01-06/2027-01-09")
    ]
    known_by_its_opening = event("ces", "2027-01-06", title="CES 2027", kind="conference")
    (found,) = fitted([known_by_its_opening], days)
    assert outline([found]) == [("move", "ces", "2027-01-06/2027-01-09")]
    assert "all of its days" in found.reason


def test_two_that_look_alike_in_one_document_are_two() -> None:
    found = fitted(
        [],
        said("英伟达 GTC 大会", "2026-05"),
        said("英伟达 GTC 巴黎大会", "2026-05-19"),
        said("ICLR 2026", "2026-05"),
        said("ICLR 2026 摘要截止", "2026-05-19"),
    )
    assert len(found) == 4


def test_called_off_and_on_again() -> None:
    (off,) = fitted(SEED, said("SuperAI 2026", "2026-06-10/2026-06-11", cancelled=True))
    assert (off.action, off.matches, off.details.when.text) == ("cancel", "superai-2026", "2026-06-10/2026-06-11")  # fmt: skip
    cancelled = revised(SEED[4], status="cancelled").after
    (again,) = fitted([cancelled], said("SuperAI 2026", "2026-06-10/2026-06-11", cancelled=True))
    assert again.action == "unchanged"
    (named,) = fitted([cancelled], said("SuperAI 2026", "2026-06-10/2026-06-11"))
    assert (named.action, named.reason.endswith("named again")) == ("unchanged", True)
    (on,) = fitted([cancelled], said("SuperAI 2026", "2026-06-24/2026-06-25"))
    assert (on.action, on.details.status) == ("move", None)


def test_a_lesser_source_is_disputed() -> None:
    official = {"title": "Google", "official": True, "date": "2026-02-17"}
    held = revised(GOOGLE, when="2026-05-19/2026-05-20", source=official).after
    (found,) = fitted([held], said("谷歌 I/O 2026 开发者大会", "2026-05-26/2026-05-27"))
    assert (found.action, found.disputed) == ("move", True)
    (found,) = fitted([held], said("谷歌 I/O 2026 开发者大会", "2026-05-19/2026-05-20"))
    assert (found.action, found.disputed) == ("unchanged", False)


def test_a_place_is_taken_where_none_is_known() -> None:
    (found,) = fitted(SEED, said("SuperAI 2026", "2026-06-10/2026-06-11", location="新加坡"))
    assert (found.action, found.details.location) == ("refine", "新加坡")
    there = revised(SEED[4], location="Singapore").after
    (found,) = fitted([there], said("SuperAI 2026", "2026-06-10/2026-06-11", location="新加坡"))
    assert found.action == "unchanged"


LOOK_ALIKES = [
    ("NVIDIA GTC 2026", "NVIDIA GTC Paris 2026"),
    ("英伟达 GTC 大会", "英伟达 GTC 巴黎大会"),
    ("OpenAI DevDay", "OpenAI DevDay Exchange Singapore"),
    ("Microsoft Build 2026 开发者大会", "Microsoft Build Japan 2026"),
    ("Google I/O 2026", "Google I/O Extended 2026"),
    ("华为开发者大会 2026", "华为开发者大会 2026 上海站"),
    ("腾讯业绩发布", "腾讯阅文业绩发布"),
    ("阿里巴巴业绩发布", "阿里健康业绩发布"),
    ("小米发布会", "小米汽车发布会"),
    ("苹果春季发布会", "苹果秋季发布会"),
    ("美联储议息会议", "欧洲央行议息会议"),
    ("ICLR 2026", "ICLR 2026 摘要截止"),
    ("《智能体服务标识规定》征求意见截止", "《智能体服务标识规定》正式施行"),
    *TWO_EVENTS,
]


@pytest.mark.parametrize(("one", "two"), [*LOOK_ALIKES, *[pair[::-1] for pair in LOOK_ALIKES]])
def test_what_only_looks_alike_is_never_merged(one: str, two: str) -> None:
    for held, new in (
        ("2026-05", "2026-05-19"),
        ("2026-05-19", "2026-05-26"),
        ("2026-05-19", "2026-09-26"),
    ):
        stored = event("e", held, title=one, kind=infer_kind(one).value)
        (found,) = fitted([stored], said(two, new))
        assert (found.action, found.matches) == ("create", None), found.reason


@pytest.mark.parametrize(("one", "two"), [*ONE_EVENT, *[pair[::-1] for pair in ONE_EVENT]])
def test_one_event_on_the_same_days_is_one_however_it_is_written(one: str, two: str) -> None:
    stored = event("e", "2026-05-19/2026-05-20", title=one, kind=infer_kind(one).value)
    (found,) = fitted([stored], said(two, "2026-05-19/2026-05-20"))
    assert (found.action, found.matches) == ("unchanged", "e"), found.reason


def test_one_short_word_in_common_moves_nothing() -> None:
    """红湾开发者大会 a week after 红湾大会 was taken for it, moved; the same name still is moved."""
    held = event("bay", "2026-05-20", title="红湾大会", kind="conference")
    (other,) = fitted([held], said("红湾开发者大会", "2026-05-27"))
    assert outline([other]) == [("create", None, "2026-05-27")]
    (same,) = fitted([held], said("红湾大会", "2026-05-27"))
    assert outline([same]) == [("move", "bay", "2026-05-27")]


def test_one_date_of_a_series_is_no_news() -> None:
    series = event("io", "2026-05-19", title="Google I/O", recurrence="FREQ=YEARLY")
    (found,) = fitted([series], said("谷歌 I/O", "2027-05-19"))
    assert (found.action, found.matches) == ("unchanged", "io")
    (found,) = fitted([series], said("谷歌 I/O", "2027-05-19", cancelled=True))
    assert found.action == "unchanged"
    (found,) = fitted([series], said("谷歌 I/O", "2027-05-25"))
    assert (found.action, found.matches) == ("create", None)


def test_withdrawn_stays_withdrawn() -> None:
    (new,) = fitted([], said("试验大会", "2026-05-19"))
    held = event(new.event_id, "2026-05-19", title="试验大会")
    (found,) = fitted([replace(held, withdrawn=True)], said("试验大会", "2026-05-19"))
    assert found.action == "unchanged"
    assert "withdrawn" in found.reason


def test_a_withdrawn_event_does_not_hide_the_next_one_of_its_title() -> None:
    (first,) = fitted([], said("试验大会", "2026-05-19"))
    gone = replace(event(first.event_id, "2026-05-19", title="试验大会"), withdrawn=True)
    (found,) = fitted([gone], said("试验大会", "2027-05-18"))
    assert (found.action, found.matches) == ("create", None)
    assert found.event_id != gone.id


def test_a_new_event_has_what_the_line_says_and_the_catalogue_knows() -> None:
    line = said("腾讯控股一季度业绩发布", "2026-05-13", location="深圳", page=3, line=7)
    (found,) = fitted(SEED, line)
    details = found.details
    assert (details.organizations, details.tickers) == (("腾讯",), ("0700.HK",))
    assert (details.kind, details.location) == ("earnings", "深圳")
    assert details.source == replace(NOTE, excerpt=line.excerpt, page=3, line=7)
    assert as_json(found, "zh")["page"] == 3


def test_many_against_many_takes_little_time() -> None:
    stored = [event(f"e{n}", "2026-05", title=f"第{n}届 Topic{n} 大会 {n}") for n in range(600)]
    found = fitted(stored, *(said(f"第{n}届 Topic{n} 大会 {n}", "2026-05-19") for n in range(100)))
    assert {p.action.value for p in found} == {"refine"}


TITLES = [
    "Google I/O",
    "谷歌 I/O 2026",
    "微软 Build 2026",
    "Microsoft Build",
    "CPI 公布",
    "国新办发布会",
]
DATES = [
    "2026-05",
    "2026-05-19",
    "2026-05-19/2026-05-20",
    "2026-06-02",
    "2026-Q2",
    "2027-05",
    "2026-04-01",
]


@settings(deadline=None, max_examples=60)
@given(
    st.lists(st.tuples(st.sampled_from(TITLES), st.sampled_from(DATES)), max_size=5),
    st.lists(st.tuples(st.sampled_from(TITLES), st.sampled_from(DATES)), max_size=5),
)
def test_whatever_is_said_no_event_is_claimed_twice_and_the_order_does_not_matter(
    held: list[tuple[str, str]], found: list[tuple[str, str]]
) -> None:
    stored = [event(f"e{n}", text, title=title) for n, (title, text) in enumerate(held)]
    lines = [said(title, text) for title, text in found]
    proposals = fitted(stored, *lines)
    matches = [p.matches for p in proposals if p.matches]
    assert len(matches) == len(set(matches))
    assert outline(proposals) == outline(fitted(stored[::-1], *lines))
    ids = [p.event_id for p in proposals]
    assert len(ids) == len(set(ids))
    for p in proposals:
        assert 0 < p.confidence <= 1
        assert p.reason


def test_the_lines_of_a_report_say_what_is_stored() -> None:
    """`horizon list --format note`, imported, changes nothing: every kind of date, times in many zones,
    series, what was called off, and titles that hold dates themselves."""
    day = date(2026, 4, 27)
    stored = [*DAYS, *UNDATED, *CANCELLED, *TIMED, *RECURRING, *TEXTS]
    note = text_lines("\n".join(note_line(e, day) for e in stored))
    found = announcements(note, day, "Asia/Shanghai")
    proposals = fitted(stored, *found, source=replace(NOTE, date=day))
    assert [(p.action.value, p.matches) for p in proposals] == [("unchanged", e.id) for e in stored]
