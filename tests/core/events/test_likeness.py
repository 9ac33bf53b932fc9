"""Titles that are one event's and titles that only look so."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from service.core.dates import when
from service.core.events.likeness import LOOKS_ALIKE
from service.core.events.likeness import likeness as likeness_
from service.core.events.likeness import look_alikes as look_alikes_
from service.operations.catalogue import shipped
from tests.every_kind import event


def likeness(a: str, b: str) -> float:
    return likeness_(a, b, shipped())


ONE_EVENT = [
    ("谷歌 I/O 开发者大会", "Google I/O 2026 开发者大会"),
    ("谷歌 I/O 2026 开发者大会", "Google I/O 2026"),
    ("ＧＯＯＧＬＥ Ｉ／Ｏ", "Google I/O 2026 开发者大会"),
    ("微软 Build 2026 开发者大会", "Microsoft Build 2026 开发者大会"),
    ("Microsoft Build", "微软 Build 2026 开发者大会"),
    ("WWDC26", "WWDC 2026"),
    ("苹果 WWDC 2026 全球开发者大会", "WWDC26"),
    ("NVIDIA GTC 2027", "英伟达 GTC 2027 大会"),
    ("百度 Create 2026 AI 开发者大会", "Baidu Create 2026"),
    ("SuperAI 2026", "SuperAI Singapore 2026"),
    ("Computex 台北国际电脑展", "COMPUTEX 2026"),
    ("世界人工智能大会", "2026 世界人工智能大会（WAIC 2026）"),
    ("《人工智能拟人化互动服务管理暂行办法》正式施行", "拟人化互动服务管理暂行办法生效"),
    ("腾讯 Q1 业绩", "腾讯控股 2026 年第一季度业绩发布"),
    ("4月CPI数据公布", "四月CPI公布"),
    (
        "欧盟《人工智能法案》附件三高风险系统义务开始适用",
        "欧盟《人工智能法案》：附件三高风险系统义务开始适用（原定 2026年8月2日）",
    ),
    (
        "EU AI Act: obligations for Annex III high-risk systems apply",
        "EU AI Act Annex III high-risk obligations apply",
    ),
]
TWO_EVENTS = [
    ("WWDC 2026", "WWDC 2027"),
    ("WWDC26", "WWDC 2027"),
    ("Google I/O 2026 开发者大会", "Google I/O 2027 开发者大会"),
    ("Google I/O 2026 开发者大会", "Microsoft Build 2026 开发者大会"),
    ("Microsoft Build 2026", "Microsoft Ignite 2026"),
    ("Google Cloud Next 2026", "Google I/O 2026"),
    ("百度 Create 2026 AI 开发者大会", "百度世界大会 2026"),
    ("苹果发布会", "苹果开发者大会"),
    ("华为开发者大会", "华为全联接大会"),
    ("开发者大会", "百度开发者大会"),
    ("世界人工智能大会", "世界机器人大会"),
    ("AAAI 2027", "ICLR 2027"),
    ("腾讯一季度业绩", "腾讯二季度业绩"),
    ("腾讯一季度业绩", "阿里一季度业绩"),
    ("4月CPI公布", "5月CPI公布"),
    ("第三届数字峰会", "第四届数字峰会"),
    ("GPT-5.5 发布", "GPT-6 发布"),
    ("《智能体服务标识规定》正式施行", "《人工智能拟人化互动服务管理暂行办法》正式施行"),
    (
        "欧盟《人工智能法案》：附件三高风险系统义务开始适用",
        "欧盟《人工智能法案》：附件一高风险系统义务开始适用",
    ),
    (
        "EU AI Act: obligations for Annex III high-risk systems apply",
        "EU AI Act: obligations for high-risk systems in Annex I products apply",
    ),
]


@pytest.mark.parametrize(("a", "b"), ONE_EVENT)
def test_one_event(a: str, b: str) -> None:
    assert likeness(a, b) == likeness(b, a) >= LOOKS_ALIKE


@pytest.mark.parametrize(("a", "b"), TWO_EVENTS)
def test_two_events(a: str, b: str) -> None:
    assert likeness(a, b) == likeness(b, a) < LOOKS_ALIKE - 0.05


@given(st.text(max_size=60), st.text(max_size=60))
def test_it_lies_between_nothing_and_the_same(a: str, b: str) -> None:
    assert 0 <= likeness(a, b) <= 1
    assert likeness(a, b) == likeness(b, a)
    assert likeness(a, a) == 1


def test_long_titles_take_no_time() -> None:
    assert likeness("一" * 100_000, "第" * 100_000) == 0
    assert likeness("(" * 100_000, "i / o" * 20_000) == 0


IO = event("io", "2026-05", title="Google I/O 2026 开发者大会")
NEXT_YEAR = event("io-2027", "2027-05", title="Google I/O 开发者大会")
BUILD = event("build", "2026-05", title="Microsoft Build 2026 开发者大会")


def found(title: str, text: str, *candidates: object) -> list[str]:
    return [e.id for e in look_alikes_(title, when.parse(text), candidates, shipped())]  # type: ignore[arg-type]


def test_look_alikes_are_alike_and_near() -> None:
    assert found("谷歌 I/O 开发者大会", "2026-05-19/2026-05-20", NEXT_YEAR, BUILD, IO) == ["io"]
    assert found("谷歌 I/O 开发者大会", "2026-07-30", IO) == ["io"]
    assert found("谷歌 I/O 开发者大会", "2026-07-31", IO) == []
    assert found("谷歌 I/O 开发者大会", "2026-03-02", IO) == ["io"]
    assert found("谷歌 I/O 开发者大会", "2026-03-01", IO) == []


def test_the_best_comes_first_and_other_languages_count() -> None:
    shorter = event("a-short", "2026-05", title="Google I/O")
    named = event("named", "2026-05", title="大会", titles={"en": "Google I/O 2026"})
    assert found("Google I/O 2026 开发者大会", "2026-05-19", shorter, named, IO) == [
        "io",
        "a-short",
        "named",
    ]
    assert found("Google I/O", "2026-05", replace(IO, withdrawn=True)) == []
