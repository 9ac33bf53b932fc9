"""Organisations in titles, and a catalogue.yaml that somebody edited."""

from __future__ import annotations

import pytest

from service.core.events import catalogue
from service.errors import InvalidFile
from service.operations.catalogue import load, shipped


@pytest.mark.parametrize(
    ("title", "names", "tickers"),
    [
        ("腾讯控股 2026 年一季度业绩", ("腾讯",), ("0700.HK",)),
        ("Tencent Q1 results", ("腾讯",), ("0700.HK",)),
        ("谷歌 I/O 2026 开发者大会", ("Google",), ("GOOGL.O",)),
        ("ＧＯＯＧＬＥ I/O", ("Google",), ("GOOGL.O",)),
        ("Metaverse Summit, metadata, Applesauce", (), ()),
        ("Meta Connect 与 Apple 发布会", ("Meta", "Apple"), ("META.O", "AAPL.O")),
        ("京东方业绩发布", ("京东方",), ("000725.SZ",)),
        ("OpenAI DevDay", ("OpenAI",), ()),
        ("世界人工智能大会", (), ()),
    ],
)
def test_organisations_that_a_title_names(
    title: str, names: tuple[str, ...], tickers: tuple[str, ...]
) -> None:
    assert shipped().organizations_in(title) == (names, tickers)


def test_one_beside_the_events_file_takes_its_place(tmp_path) -> None:  # type: ignore[no-untyped-def]
    assert load(tmp_path / "events.yaml") is shipped()
    path = tmp_path / "catalogue.yaml"
    path.write_text("organizations:\n  - {names: [试验公司, Trial], tickers: [000858]}\n", "utf-8")
    known = load(tmp_path / "events.yaml")
    assert known.organizations_in("Trial 与 Google 大会") == (("试验公司",), ("000858",))
    path.write_text("organizations: []\n", "utf-8")
    assert load(tmp_path / "events.yaml").organizations == ()


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("organizations: {", "catalogue.yaml:1:"),
        ("- a", "has one key, `organizations`"),
        ("organizations: [a]", "organizations[1]: must be {names"),
        ("organizations: [{name: [a]}]", "name: unknown key; did you mean names?"),
        ("organizations: [{names: a}]", "names: must be a list of texts"),
        ("organizations: [{tickers: [A.O]}]", "names: at least one is needed"),
        ("organizations: [{names: [Ａ]}, {names: [a]}]", "a stands in entry 1 already"),
    ],
)
def test_what_is_wrong_is_told(text: str, told: str) -> None:
    with pytest.raises(InvalidFile) as refusal:
        catalogue.read(text.encode(), "catalogue.yaml")
    assert told in str(refusal.value)
