"""A language model over HTTP and on the pages: asked for, told of, and nowhere where none is set."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx2
import pytest

from service.fetching import Fetched
from tests.model.stand_in import KEY, StandIn, running
from tests.web.conftest import Service, serving, settings
from tests.web.pages.signing import Member, signed_in

API = "/api/v1"
NOTE = "云岭通讯 第8期\n2026年5月8日\n\n6月2日-3日：云岭大会\n6月9日：青禾开发者大会\n"
PICK = {"phrases": ["2"], "title": "云岭通讯", "kind": "other", "note": ""}
AGREE = {"phrases": ["1"], "title": "云岭大会", "kind": "conference", "note": ""}


@pytest.fixture
def server() -> Iterator[StandIn]:
    with running() as stand_in:
        stand_in.events(PICK, AGREE)
        yield stand_in


def with_model(tmp_path: Path, server: StandIn, documents: str = "ask") -> Iterator[Service]:
    changes = {"llm_url": server.url, "llm_model": "heron-7b", "llm_key": KEY}
    for service in serving(settings(tmp_path, **changes, llm_documents=documents)):
        service.client.headers.update(service.key(name="crawler"))
        yield service


@pytest.fixture
def service(tmp_path: Path, server: StandIn) -> Iterator[Service]:
    yield from with_model(tmp_path, server)


def post(service: Service, query: str = "", data: str = NOTE) -> httpx2.Response:
    headers = {"Content-Type": "text/plain"}
    return service.client.post(f"{API}/imports{query}", content=data.encode(), headers=headers)


def kept(service: Service, query: str = "") -> dict[str, Any]:
    answer = post(service, query)
    assert answer.status_code == 201, answer.text
    return dict(answer.json())


def read(service: Service, id_: str, lang: str = "en") -> dict[str, Any]:
    return dict(service.client.get(f"{API}/imports/{id_}?lang={lang}").json())


def test_model_true_has_it_read_behind_the_answer(service: Service, server: StandIn) -> None:
    told = kept(service, "?model=true")
    assert [p["read_by"] for p in told["proposals"]] == ["rules", "rules"]
    assert (told["model"]["state"], told["model"]["host"]) == ("waiting", "127.0.0.1")
    assert server.asked == []
    assert service.horizon.ask_model()
    after = read(service, told["id"])
    assert [p["read_by"] for p in after["proposals"]] == ["both", "rules", "model heron-7b"]
    assert after["model"] == {
        "name": "heron-7b", "host": "127.0.0.1", "state": "done", "note": "", "added": 1, "both": 1,
        "tokens_in": 120, "tokens_out": 30,
    }  # fmt: skip


def test_nothing_the_model_alone_said_is_applied_by_sure_or_all(service: Service) -> None:
    id_ = kept(service, "?model=true")["id"]
    service.horizon.ask_model()
    (added,) = [
        p["id"] for p in read(service, id_)["proposals"] if p["read_by"].startswith("model")
    ]
    for accept in ("sure", "all"):
        done = service.client.post(f"{API}/imports/{id_}/apply", json={"accept": accept}).json()
        assert added not in [each["id"] for each in done["applied"]]
    done = service.client.post(f"{API}/imports/{id_}/apply", json={"accept": [added]}).json()
    assert done["applied"][0]["change"] == "created"


@pytest.mark.parametrize("query", ["", "?model=false"])
def test_unasked_nothing_is_sent(service: Service, server: StandIn, query: str) -> None:
    told = kept(service, query)
    assert "model" not in told
    assert not service.horizon.ask_model()
    assert server.asked == []


def test_what_fails_is_one_sentence_in_both_languages(service: Service, server: StandIn) -> None:
    server.says("", status=429, raw=KEY.encode())
    id_ = kept(service, "?model=true")["id"]
    service.horizon.ask_model()
    english, chinese = read(service, id_)["model"], read(service, id_, "zh")["model"]
    assert english["note"] == (
        "The model did not read it: 127.0.0.1 takes no more requests for now (429). "
        "The result is the rules' own."
    )
    assert chinese["note"] == "模型未能阅读：127.0.0.1 暂不接受更多请求（429）。结果来自规则。"
    assert len(read(service, id_)["proposals"]) == 2


@pytest.mark.parametrize(
    ("query", "pointer"), [("?model=perhaps", "/model"), ("?model=true&model=true", "/model")]
)
def test_a_wrong_wish_is_told(service: Service, query: str, pointer: str) -> None:
    answer = post(service, query)
    assert answer.status_code == 400
    assert answer.json()["errors"][0]["pointer"] == pointer


def fetched(monkeypatch: pytest.MonkeyPatch) -> None:
    file = Fetched(NOTE.encode(), "text/plain", "https://example.org/note.txt", "note.txt")
    monkeypatch.setattr("service.fetching.fetch", lambda url: file)


def test_what_is_fetched_may_ask_for_it_in_its_body(
    service: Service, server: StandIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    fetched(monkeypatch)
    body = {"url": "https://example.org/note.txt", "model": True}
    told = service.client.post(f"{API}/imports", json=body).json()
    assert told["model"]["state"] == "waiting"
    wrong = service.client.post(f"{API}/imports", json={**body, "model": "yes"})
    assert wrong.json()["errors"] == [{"pointer": "/model", "detail": "must be true or false"}]


def test_all_documents_are_sent_where_the_settings_say_so(tmp_path: Path, server: StandIn) -> None:
    for service in with_model(tmp_path, server, "all"):
        assert kept(service)["model"]["state"] == "waiting"
        assert "model" not in kept(service, "?model=false")


def test_only_what_is_fetched_is_sent_where_the_settings_say_so(
    tmp_path: Path, server: StandIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    fetched(monkeypatch)
    for service in with_model(tmp_path, server, "public"):
        assert "model" not in kept(service)
        refused = post(service, "?model=true")
        assert (refused.status_code, refused.json()["errors"][0]["pointer"]) == (422, "/model")
        told = service.client.post(f"{API}/imports", json={"url": "https://example.org/note.txt"})
        assert told.json()["model"]["state"] == "waiting"


def test_a_calendar_is_not_sent(service: Service, server: StandIn) -> None:
    calendar = (
        "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:x\r\nBEGIN:VEVENT\r\nUID:a@b\r\nDTSTAMP:20260427T000000Z\r\n"
        "DTSTART;VALUE=DATE:20260513\r\nSUMMARY:大会\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n"
    )
    headers = {"Content-Type": "text/calendar"}
    told = service.client.post(f"{API}/imports?model=true", content=calendar, headers=headers)
    assert told.status_code == 201
    assert "model" not in told.json()
    assert not service.horizon.ask_model()


# -- the pages


def sent(member: Member, **more: str) -> str:
    answer = member.post("/import", {**member.fields("/import"), "text": NOTE, **more})
    assert answer.status_code == 303, answer.text
    return str(answer.headers["location"])


@pytest.mark.parametrize(
    ("lang", "words"),
    [
        ("zh", "也请模型 heron-7b 阅读（内容将发送至 127.0.0.1）"),
        ("en", "Let the model heron-7b read it too (it will be sent to 127.0.0.1)"),
    ],
)
def test_the_page_asks_with_a_box_that_says_where_it_goes(
    service: Service, lang: str, words: str
) -> None:
    signed_in(service)
    page = service.client.get("/import", headers={"Accept-Language": lang}).text
    assert words in page
    assert 'name="model" value="true">' in page  # not ticked


def test_a_ticked_box_has_it_read_and_the_review_says_by_whom(
    service: Service, server: StandIn
) -> None:
    member = signed_in(service)
    path = sent(member, model="true")
    english = {"Accept-Language": "en"}
    assert (
        "The model heron-7b is reading it (127.0.0.1)"
        in service.client.get(path, headers=english).text
    )
    service.horizon.ask_model()
    page = service.client.get(path, headers=english).text
    assert "1 read by it alone, 1 as the rules read; 120 + 30 tokens" in page
    assert "Read by heron-7b alone: a person has to confirm it" in page
    assert "Read by rules and model" in page
    row = page.partition('id="p3"')[2].partition("</li>")[0]
    assert 'value="p3"' in row
    assert "checked" not in row
    chinese = service.client.get(path, headers={"Accept-Language": "zh"}).text
    assert "仅模型 heron-7b 读到，须由人确认" in chinese


def test_an_unticked_box_sends_nothing(service: Service, server: StandIn) -> None:
    sent(signed_in(service))
    assert not service.horizon.ask_model()
    assert server.asked == []


@pytest.mark.parametrize(
    ("documents", "words"),
    [
        ("all", "The model heron-7b reads it too: documents will be sent to 127.0.0.1."),
        ("public", "Files and pasted text are not."),
    ],
)
def test_where_nobody_is_asked_the_page_says_what_is_sent(
    tmp_path: Path, server: StandIn, documents: str, words: str
) -> None:
    for service in with_model(tmp_path, server, documents):
        signed_in(service)
        page = service.client.get("/import", headers={"Accept-Language": "en"}).text
        assert words in page
        assert 'name="model"' not in page


def test_a_name_or_an_answer_with_markup_is_only_text(tmp_path: Path, server: StandIn) -> None:
    server.events({**PICK, "title": "<b>云岭通讯</b>"}, PICK)
    changes = {"llm_url": server.url, "llm_model": "<script>alert(1)</script>"}
    for service in serving(settings(tmp_path, **changes)):
        path = sent(signed_in(service), model="true")
        service.horizon.ask_model()
        for page in ("/import", path):
            assert "<script>alert(1)" not in service.client.get(page).text


# -- what it costs, and that it costs nothing where there is none


def test_requests_and_tokens_are_in_the_metrics(service: Service, server: StandIn) -> None:
    kept(service, "?model=true")
    service.horizon.ask_model()
    server.says("prose")
    kept(service, "?model=true")
    service.horizon.ask_model()
    text = service.client.get("/metrics").text
    assert 'horizon_model_requests_total{outcome="nonsense"} 1.0' in text
    assert 'horizon_model_tokens_total{direction="in"} 240.0' in text
    assert KEY not in text


@pytest.fixture
def without(tmp_path: Path) -> Iterator[Service]:
    """A service without HORIZON_LLM_URL."""
    for service in serving(settings(tmp_path)):
        service.client.headers.update(service.key(name="crawler"))
        yield service


def test_off_nothing_is_shown_counted_or_kept(without: Service) -> None:
    told = kept(without)
    assert "model" not in told
    assert {p["read_by"] for p in told["proposals"]} == {"rules"}
    assert "horizon_model" not in without.client.get("/metrics").text
    signed_in(without)
    assert 'name="model"' not in without.client.get("/import").text
    assert not without.horizon.ask_model()
    with without.horizon.store.reading() as reading:
        stored = reading.import_(told["id"])
    assert stored is not None
    assert "model" not in {*stored.content, *stored.review}


def test_off_asking_for_one_is_told(without: Service) -> None:
    refused = post(without, "?model=true")
    assert refused.status_code == 422
    assert "HORIZON_LLM_URL" in refused.json()["errors"][0]["detail"]


@pytest.mark.slow
def test_off_nothing_of_it_is_imported(tmp_path: Path) -> None:
    code = (
        "import sys\n"
        "from pathlib import Path\n"
        "from tests.web.test_model import off\n"
        f"off(Path({str(tmp_path / 'off')!r}))\n"
        "print([n for n in sys.modules if n.startswith(('service.model', 'service.core.model'))])\n"
    )
    ran = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert ran.stdout.strip().endswith("[]")


def off(folder: Path) -> None:
    """An import and its review in a service without a model."""
    for service in serving(settings(folder)):
        service.client.headers.update(service.key(name="crawler"))
        told = kept(service)
        read(service, told["id"])
        service.client.post(f"{API}/imports/{told['id']}/apply", json={"accept": "all"})
        service.client.get("/metrics")
