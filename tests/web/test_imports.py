"""Documents over HTTP: extract, imports kept for review, apply; text in place of title and when."""

from __future__ import annotations

import json
from datetime import timedelta
from pathlib import Path
from typing import Any

import httpx2
import pytest

from service.errors import FetchFailed
from service.fetching import Fetched
from service.operations import imports
from tests.documents.making import pdf
from tests.web.conftest import NOW, Service, serving, settings

API = "/api/v1"
NOTE = (Path(__file__).parents[1] / "data/documents/second-note.txt").read_bytes()
ICS = (
    "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:x\r\n"
    "BEGIN:VEVENT\r\nUID:a@b\r\nDTSTAMP:20260427T000000Z\r\nDTSTART;VALUE=DATE:20260513\r\nSUMMARY:大会\r\nEND:VEVENT\r\n"
    "BEGIN:VEVENT\r\nUID:broken\r\nDTSTAMP:20260427T000000Z\r\nSUMMARY:无日期\r\nEND:VEVENT\r\n"
    "END:VCALENDAR\r\n"
)  # fmt: skip


@pytest.fixture
def writer(service: Service) -> Service:
    service.client.headers.update(service.key(name="crawler"))
    return service


def post(
    service: Service, path: str, data: bytes = NOTE, type_: str = "text/plain", **headers: str
) -> httpx2.Response:
    return service.client.post(API + path, content=data, headers={"Content-Type": type_, **headers})


def kept(service: Service, data: bytes = NOTE, type_: str = "text/plain") -> dict[str, Any]:
    answer = post(service, "/imports", data, type_)
    assert answer.status_code == 201, answer.text
    assert answer.headers["location"] == f"{API}/imports/{answer.json()['id']}"
    return dict(answer.json())


def applied(service: Service, id_: str, accept: Any) -> httpx2.Response:
    return service.client.post(f"{API}/imports/{id_}/apply", json={"accept": accept})


def when(service: Service, id_: str) -> str:
    return str(service.client.get(f"{API}/events/{id_}").json()["when"])


def test_extract_proposes_and_stores_nothing(writer: Service) -> None:
    before = writer.client.get(f"{API}/changes?since=0").json()
    told = post(writer, "/extract").json()
    assert (told["ref_date"], told["ref_date_from"]) == ("2026-05-08", "date line")
    found = [(p["action"], p["matches"], p["event"]["when"], p["line"]) for p in told["proposals"]]
    assert found[0] == ("refine", "google-io-2026", "2026-05-19/2026-05-20", 9)
    assert [action for action, *_ in found] == ["refine", "create", "create"]
    assert told["proposals"][0]["event"]["when_text"] == "2026年5月19日—20日"
    assert post(writer, "/extract?lang=en").json()["proposals"][0]["event"]["when_text"] == "19–20 May 2026"  # fmt: skip
    assert writer.client.get(f"{API}/changes?since=0").json() == before
    later = post(writer, "/extract?ref_date=2027-01-01", "5月13日：大会".encode()).json()
    assert (later["ref_date_from"], later["proposals"][0]["event"]["when"]) == ("given", "2027-05-13")  # fmt: skip


def test_dates_that_were_seen_and_not_announced_are_told_with_the_reason(writer: Service) -> None:
    data = "AI 更新（2026年5月8日）\n\n6月2日：云岭大会\n4月2日公司开了年会。\n".encode()
    for path in ("/extract?lang=en", "/imports?lang=en"):
        told = post(writer, path, data).json()
        assert [(seen["text"], seen["line"], seen["reason"]) for seen in told["seen"]] == [
            ("2026年5月8日", 1, "is the document's own date"),
            ("4月2日", 4, "has just gone by this year, and nothing says that next year's is meant"),
        ]
    kept_ = writer.client.get(f"{API}/imports/{told['id']}?lang=zh").json()
    assert kept_["seen"][1] == {
        "text": "4月2日",
        "when": "2026-04-02",
        "reason": "今年的刚过，未说明是明年",
        "line": 4,
        "page": None,
        "excerpt": "4月2日公司开了年会。",
    }


def test_a_table_brings_place_importance_and_its_publisher(writer: Service) -> None:
    data = "日期,事件,地点,重要性\n2026-12-09,云岭大会,合肥,高\n".encode()
    (proposal,) = kept(writer, data, "text/csv")["proposals"]
    event = proposal["event"]
    assert (event["location"], event["importance"]) == ("合肥", "high")
    data = "来源：青禾网　2026-05-08 08:00\n12月9日：云岭大会\n".encode()
    (proposal,) = kept(writer, data)["proposals"]
    assert proposal["event"]["source"]["publisher"] == "青禾网"
    assert proposal["event"]["source"]["date"] == "2026-05-08"


@pytest.mark.parametrize(
    ("type_", "data"),
    [
        ("text/plain; charset=gb18030", NOTE.decode().encode("gb18030")),
        ("text/markdown", b"# " + NOTE),
        ("text/html", b"<html><body><p>" + NOTE.replace(b"\n", b"</p><p>") + b"</p></body></html>"),
        ("application/pdf", pdf(["AI update (8 May 2026)", "May 19-20: Google I/O 2026"])),
    ],
)
def test_documents_of_each_type(writer: Service, type_: str, data: bytes) -> None:
    told = post(writer, "/extract", data, type_)
    assert told.status_code == 200, told.text
    first = told.json()["proposals"][0]
    assert (first["matches"], first["event"]["when"]) == ("google-io-2026", "2026-05-19/2026-05-20")
    assert first["page"] == (1 if "pdf" in type_ else None)


def test_an_import_is_reviewed_and_applied_once(writer: Service) -> None:
    made = kept(writer)
    assert writer.client.get(f"{API}/imports/{made['id']}").json() == made
    assert when(writer, "google-io-2026") == "2026-05"
    first = applied(writer, made["id"], ["p1"])
    assert first.json() == {
        "id": made["id"],
        "applied": [{"id": "p1", "event_id": "google-io-2026", "change": "firmed"}],
    }
    assert when(writer, "google-io-2026") == "2026-05-19/2026-05-20"
    step = writer.client.get(f"{API}/events/google-io-2026/history").json()["items"][-1]
    assert (step["who"], step["origin"], step["change"]) == ("crawler", "import", "firmed")
    assert step["source"]["title"] == "AI 事件更新（2026年5月8日）"
    assert (step["source"]["date"], step["source"]["line"]) == ("2026-05-08", 9)
    again = applied(writer, made["id"], ["p1"])
    assert (again.status_code, again.json()) == (200, first.json())
    rest = applied(writer, made["id"], "all").json()["applied"]
    assert [(one["id"], one["change"]) for one in rest] == [
        ("p1", "firmed"), ("p2", "created"), ("p3", "created"),
    ]  # fmt: skip
    version = writer.client.get(f"{API}/events/google-io-2026").headers["etag"]
    assert applied(writer, made["id"], "all").json()["applied"] == rest
    assert writer.client.get(f"{API}/events/google-io-2026").headers["etag"] == version
    assert {p["action"] for p in kept(writer)["proposals"]} == {"unchanged"}


def test_what_changed_in_between_is_not_overwritten(writer: Service) -> None:
    made = kept(writer)
    path = f"{API}/events/google-io-2026"
    writer.client.patch(path, json={"tags": ["AI"]})  # of no account for its date
    writer.client.patch(f"{API}/events/rules", json={"when": "2026-07-16"})  # another event
    assert applied(writer, made["id"], []).json()["applied"] == []
    writer.client.patch(path, json={"when": "2026-05-26"})
    refused = applied(writer, made["id"], "all")
    assert refused.status_code == 409
    assert "p1 (google-io-2026): changed since it was proposed" in refused.json()["detail"]
    assert when(writer, "google-io-2026") == "2026-05-26"
    changes = writer.client.get(f"{API}/changes?since=0&limit=500").json()["items"]
    assert "Build" not in json.dumps(changes)  # all or nothing: p2 neither
    assert applied(writer, made["id"], ["p2"]).status_code == 200
    # Somebody has entered the same by hand: nothing is left to do.
    said = {"when": "2026-05-19/2026-05-20", "location": "加州山景城"}
    writer.client.patch(path, json=said)
    done = applied(writer, made["id"], ["p1"]).json()["applied"]
    assert done == [{"id": "p1", "event_id": "google-io-2026", "change": None}]


def test_a_lesser_source_needs_its_proposal_named(writer: Service) -> None:
    official = {"title": "Google", "official": True}
    dated = {"when": "2026-05-26/2026-05-27", "source": official}
    writer.client.patch(f"{API}/events/google-io-2026", json=dated)
    made = kept(writer)
    assert made["proposals"][0]["disputed"] is True
    assert [one["id"] for one in applied(writer, made["id"], "all").json()["applied"]] == ["p2", "p3"]  # fmt: skip
    assert when(writer, "google-io-2026") == "2026-05-26/2026-05-27"
    assert applied(writer, made["id"], ["p1"]).status_code == 200
    assert when(writer, "google-io-2026") == "2026-05-19/2026-05-20"


def test_a_calendar_is_an_import_too(writer: Service) -> None:
    made = kept(writer, ICS.encode(), "text/calendar")
    assert made["ref_date"] is None
    assert [(p["action"], p["event"]["when"]) for p in made["proposals"]] == [("create", "2026-05-13")]  # fmt: skip
    assert made["skipped"] == [{"what": "无日期", "reason": "it has no DTSTART", "line": 10}]
    (done,) = applied(writer, made["id"], "all").json()["applied"]
    event = writer.client.get(f"{API}/events/{done['event_id']}").json()
    assert (event["uid"], event["origin"]) == ("a@b", "import")


def test_a_calendar_s_event_that_was_edited_in_between_is_not_overwritten(writer: Service) -> None:
    id_ = kept_and_applied(writer)
    made = kept(writer, ICS.replace("大会", "另一个大会").encode(), "text/calendar")
    assert made["proposals"][0]["action"] == "refine"
    writer.client.patch(f"{API}/events/{id_}", json={"title": "改过的大会"})
    assert applied(writer, made["id"], "all").status_code == 409


def test_a_calendar_that_calls_off_or_is_older_says_so_over_http(writer: Service) -> None:
    id_ = kept_and_applied(writer)
    older = kept(writer, ICS.replace("20260427T", "20260426T").encode(), "text/calendar")
    (proposal,) = older["proposals"]
    assert (proposal["action"], proposal["matches"]) == ("unchanged", id_)
    assert "older than what is stored, DTSTAMP 2026-04-26T00:00:00Z" in proposal["reason"]
    entries = ICS.replace("VERSION:2.0", "VERSION:2.0\r\nMETHOD:CANCEL").encode()
    off = kept(writer, entries, "text/calendar")
    assert [(p["action"], p["matches"]) for p in off["proposals"]] == [("cancel", id_)]
    assert off["skipped"] == [
        {"what": "无日期", "reason": "it calls off an event that is not stored", "line": None}
    ]
    assert writer.client.get(f"{API}/events/{id_}").json()["status"] == "confirmed"
    (done,) = applied(writer, off["id"], "all").json()["applied"]
    assert done["change"] == "cancelled"
    event = writer.client.get(f"{API}/events/{id_}").json()
    assert (event["status"], event["sequence"], event["when"]) == ("cancelled", 1, "2026-05-13")


def kept_and_applied(writer: Service) -> str:
    made = kept(writer, ICS.encode(), "text/calendar")
    return str(applied(writer, made["id"], "all").json()["applied"][0]["event_id"])


def test_what_is_as_long_as_a_shelf_is_refused(writer: Service) -> None:
    answer = post(writer, "/extract", "没有日期的一句话。\n".encode() * 350_000)
    assert (answer.status_code, "3,000,000 characters" in answer.text) == (422, True), answer.text


def test_who_comes_when_others_are_read_is_told_to_wait(
    writer: Service, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Two are read, each of which has another sent in the middle of it; a third is not begun."""
    monkeypatch.setattr("service.web.limits.MAX_WAIT", 0.01)
    told: list[httpx2.Response] = []
    real, begun = imports.read_document, 0

    def slow(*given: Any) -> Any:
        nonlocal begun
        begun += 1
        if len(told) < 2:
            told.append(post(writer, "/extract"))
        return real(*given)

    monkeypatch.setattr(imports, "read_document", slow)
    assert post(writer, "/extract").status_code == 200
    assert begun == 2
    refused = told[0]
    assert (refused.status_code, refused.headers["retry-after"]) == (503, "5")
    assert "other documents are being read" in refused.json()["detail"]


def test_an_address_is_fetched(writer: Service, monkeypatch: pytest.MonkeyPatch) -> None:
    def there(url: str) -> Fetched:
        if url.endswith("gone"):
            raise FetchFailed("example.org answers with 410 Gone")
        return Fetched(ICS.encode(), "text/calendar", url, "a")

    monkeypatch.setattr("service.fetching.fetch", there)
    made = writer.client.post(f"{API}/imports", json={"url": "https://example.org/a"})
    assert (made.status_code, len(made.json()["proposals"])) == (201, 1)
    gone = writer.client.post(f"{API}/imports", json={"url": "https://example.org/gone"})
    assert gone.status_code == 422
    assert gone.json()["errors"] == [{"pointer": "/url", "detail": "example.org answers with 410 Gone"}]  # fmt: skip


@pytest.mark.parametrize(
    ("path", "data", "type_", "status", "told"),
    [
        ("/extract", b"", "text/plain", 422, "the document is empty"),
        ("/extract", b"\x89PNG\r\n\x1a\n", "text/plain", 422, "a picture (PNG)"),
        ("/extract", b"%PDF-1.7 broken", "application/pdf", 422, "broken"),
        ("/extract", ICS.encode(), "text/calendar", 415, "send Content-Type: text/plain or"),
        ("/extract", b"{}", "application/json", 415, "send Content-Type: text/plain or"),
        ("/extract?ref_date=soon", NOTE, "text/plain", 400, "'soon' is no day such as 2026-04-27"),
        ("/extract?colour=red", NOTE, "text/plain", 400, "unknown query key"),
        ("/extract", b" " * 20_000_001, "text/plain", 413, "at most 20,000,000 bytes"),
        ("/imports", b"{", "application/json", 400, "is not JSON"),
        ("/imports", b"{}", "application/json", 422, "must be an address"),
        ("/imports", b'{"url": 1, "uri": 2}', "application/json", 422, "unknown key"),
        ("/imports", b'{"url": "http://10.0.0.1/"}', "application/json", 422, "not on the public internet"),
        ("/imports", b'{"url": "http://a:geheim@b/"}', "application/json", 422, "has a user name"),
        ("/imports", b"BEGIN:VCALENDAR", "text/calendar", 422, ""),
    ],
)  # fmt: skip
def test_what_cannot_be_read_is_told(
    writer: Service, path: str, data: bytes, type_: str, status: int, told: str
) -> None:
    answer = post(writer, path, data, type_)
    assert (answer.status_code, told in answer.text) == (status, True), answer.text
    assert "geheim" not in answer.text


def test_corrections_are_applied_with_what_is_accepted(writer: Service) -> None:
    made = kept(writer)
    edits = {
        "p1": {"when": "5月26日", "end": "5月27日"},
        "p2": {"title": "Build 2026", "matches": "rules"},
    }
    path = f"{API}/imports/{made['id']}/apply"
    done = writer.client.post(path, json={"accept": ["p1", "p2"], "edits": edits}).json()["applied"]
    assert [(one["id"], one["event_id"]) for one in done] == [("p1", "google-io-2026"), ("p2", "rules")]  # fmt: skip
    assert when(writer, "google-io-2026") == "2026-05-26/2026-05-27"
    assert writer.client.get(f"{API}/events/rules").json()["title"] == "Build 2026"
    history = f"{API}/events/google-io-2026/history"
    step = writer.client.get(history).json()["items"][-1]
    assert step["corrected"] == {
        "when": {"read": "2026-05-19/2026-05-20", "made": "2026-05-26/2026-05-27"}
    }
    told = writer.client.get(f"{API}/imports/{made['id']}").json()
    assert [(one["id"], one["who"]) for one in told["applied"]] == [("p1", "crawler"), ("p2", "crawler")]  # fmt: skip
    undone = writer.client.post(f"{API}/imports/{made['id']}/undo").json()
    assert (sorted(undone["undone"]), undone["left"]) == (["google-io-2026", "rules"], [])
    assert when(writer, "google-io-2026") == "2026-05"


def test_what_was_read_and_corrected_is_quoted_to_nobody_where_nothing_is(
    tmp_path: Path,
) -> None:
    for service in serving(settings(tmp_path, public_excerpts=False)):
        key = service.key()
        made = service.client.post(
            f"{API}/imports", content=NOTE, headers={"Content-Type": "text/plain", **key}
        ).json()
        given = {"accept": ["p1"], "edits": {"p1": {"when": "2026-05-26"}}}
        service.client.post(f"{API}/imports/{made['id']}/apply", json=given, headers=key)
        history = f"{API}/events/google-io-2026/history"
        assert "corrected" in service.client.get(history, headers=key).json()["items"][-1]
        assert "corrected" not in service.client.get(history).json()["items"][-1]
        page = "/events/google-io-2026"
        assert "原读作" not in service.client.get(page, headers={"Accept": "text/html"}).text


def test_a_source_is_given_with_the_document_and_corrected_later(writer: Service) -> None:
    asked = "title=云岭通讯&publisher=云岭研究院&date=2026-05-07&official=true"
    made = post(writer, f"/imports?{asked}").json()
    assert made["source"] == {
        "title": "云岭通讯",
        "publisher": "云岭研究院",
        "date": "2026-05-07",
        "url": "",
        "official": True,
    }
    assert (made["ref_date"], made["ref_date_from"]) == ("2026-05-07", "given")
    path = f"{API}/imports/{made['id']}"
    patch = {"source": {"title": "云岭通讯 第8期", "official": None}}
    told = writer.client.patch(path, json=patch).json()
    assert (told["source"]["title"], told["source"]["official"]) == ("云岭通讯 第8期", False)
    applied(writer, made["id"], ["p1"])
    source = writer.client.get(f"{API}/events/google-io-2026").json()["source"]
    assert (source["title"], source["publisher"]) == ("云岭通讯 第8期", "云岭研究院")


@pytest.mark.parametrize(
    ("asked", "pointer"),
    [
        ("date=soon", "/date"),
        ("official=perhaps", "/official"),
        (f"publisher={'x' * 201}", "/publisher"),
        ("title=a&title=b", "/title"),
    ],
)
def test_a_source_that_cannot_be_used_is_told_before_anything_is_read(
    writer: Service, asked: str, pointer: str
) -> None:
    answer = post(writer, f"/imports?{asked}", b"")
    assert answer.status_code == 400
    assert [fault["pointer"] for fault in answer.json()["errors"]] == [pointer]


def test_imports_are_listed_with_what_waits_for_a_decision(writer: Service) -> None:
    first = kept(writer)
    writer.now = NOW + timedelta(minutes=1)
    second = kept(writer, ICS.encode(), "text/calendar")
    applied(writer, second["id"], "all")
    listed = writer.client.get(f"{API}/imports?limit=1").json()
    assert ([one["id"] for one in listed["items"]], listed["next"]) == ([second["id"]], second["id"])  # fmt: skip
    rest = writer.client.get(f"{API}/imports?cursor={listed['next']}").json()
    assert ([one["id"] for one in rest["items"]], rest["next"]) == ([first["id"]], None)
    entry = rest["items"][0]
    assert (entry["who"], entry["counts"], entry["open"]) == ("crawler", {"refine": 1, "create": 2}, 3)  # fmt: skip
    assert writer.client.get(f"{API}/imports?cursor=%00").status_code == 400
    waiting = writer.client.get(f"{API}/imports?waiting=true").json()["items"]
    assert [one["id"] for one in waiting] == [first["id"]]
    declined = {"accept": [], "decline": "rest"}
    writer.client.post(f"{API}/imports/{first['id']}/apply", json=declined)
    assert writer.client.get(f"{API}/imports?waiting=true").json()["items"] == []


def test_a_date_that_was_seen_is_made_a_proposal(writer: Service) -> None:
    data = "AI 更新（2026年5月8日）\n\n6月2日：云岭大会\n4月2日公司开了年会。\n".encode()
    made = kept(writer, data)
    path = f"{API}/imports/{made['id']}/proposals"
    proposal = writer.client.post(path, json={"seen": 1, "title": "公司年会"}).json()
    assert (proposal["id"], proposal["event"]["when"]) == ("p2", "2026-04-02")
    assert proposal["event"]["title"] == "公司年会"
    (done,) = applied(writer, made["id"], ["p2"]).json()["applied"]
    assert done["change"] == "created"
    for given, pointer in (({"seen": 9}, "/seen"), ({}, "/seen"), ({"seen": True}, "/seen"), ({"seen": 0, "who": 1}, "/who")):  # fmt: skip
        refused = writer.client.post(path, json=given)
        assert refused.status_code == 422
        assert [fault["pointer"] for fault in refused.json()["errors"]] == [pointer]


@pytest.mark.parametrize(
    ("given", "status", "told"),
    [
        ({"accept": ["p1"], "edits": {"p9": {}}}, 422, "/edits/p9: 'p9' is no proposal"),
        ({"accept": ["p1"], "edits": {"p1": {"when": "2026-02-30"}}}, 422, "/edits/p1/when: 2026-02-30 does not exist"),
        ({"accept": ["p1"], "edits": {"p1": {"matches": "nowhere"}}}, 422, "/edits/p1/matches: there is no event"),
        ({"accept": ["p1"], "edits": {"p1": {"tilte": "x"}}}, 422, "did you mean title?"),
        ({"accept": ["p1"], "edits": []}, 422, "/edits: is an object of corrections"),
        ({"accept": ["p1"], "decline": ["p1"]}, 422, "/decline/0: 'p1' is accepted"),
        ({"accept": ["p9", 1]}, 422, "/accept/0: 'p9' is no proposal"),
        ({"accept": "some"}, 422, 'is a list of proposal ids, \\"sure\\" or \\"all\\"'),
        ({}, 422, "is a list of proposal ids"),
        ({"accept": [], "all": True}, 422, "/all: unknown key; known are accept, edits, decline"),
    ],
)  # fmt: skip
def test_what_cannot_be_accepted_is_told(
    writer: Service, given: Any, status: int, told: str
) -> None:
    made = kept(writer)
    answer = writer.client.post(f"{API}/imports/{made['id']}/apply", json=given)
    assert (answer.status_code, told in answer.text) == (status, True), answer.text
    assert writer.client.post(f"{API}/imports/nothing/apply", json=given).status_code in (404, 422)


def test_each_needs_its_key(service: Service) -> None:
    reader = service.key("read")
    assert post(service, "/extract").status_code == 401
    assert post(service, "/extract", **reader).status_code == 200
    assert post(service, "/imports").status_code == 401
    assert post(service, "/imports", **reader).status_code == 403
    assert service.client.get(f"{API}/imports/0").status_code == 401
    assert service.client.post(f"{API}/imports/0/apply", json={}).status_code == 401
    assert service.client.get(f"{API}/imports").status_code == 401
    for method, path in (("POST", "undo"), ("POST", "proposals"), ("PATCH", "")):
        address = f"{API}/imports/0/{path}".rstrip("/")
        answer = service.client.request(method, address, json={}, headers=reader)
        assert answer.status_code == 403


def test_imports_go_after_a_month(writer: Service) -> None:
    made = kept(writer)
    writer.now = NOW + timedelta(days=29)
    kept(writer)
    assert writer.client.get(f"{API}/imports/{made['id']}").status_code == 200
    writer.now = NOW + timedelta(days=31)
    kept(writer)
    gone = writer.client.get(f"{API}/imports/{made['id']}")
    assert (gone.status_code, "kept for 30 days" in gone.text) == (404, True)


def test_a_line_stands_in_place_of_title_and_when(writer: Service) -> None:
    line = {"text": "7月15日：腾讯控股业绩发布", "tags": ["AI"], "source": {"title": "公告"}}
    made = writer.client.post(f"{API}/events", json=line)
    event = made.json()
    assert (made.status_code, event["title"], event["when"]) == (
        201,
        "腾讯控股业绩发布",
        "2026-07-15",
    )
    assert (event["kind"], event["tickers"], event["tags"]) == ("earnings", ["0700.HK"], ["AI"])
    assert event["source"]["excerpt"] == line["text"]
    put = writer.client.put(f"{API}/events/io", json={"text": "May 19-20: Google I/O"})
    assert (put.status_code, put.json()["when"]) == (201, "2026-05-19/2026-05-20")
    batch = {"events": [{"text": "5月13日：甲大会"}, {"text": "没有日期"}]}
    refused = writer.client.post(f"{API}/events/batch", json=batch)
    assert [fault["pointer"] for fault in refused.json()["errors"]] == ["/events/1/text"]
    batch["events"].pop()
    assert writer.client.post(f"{API}/events/batch", json=batch).status_code == 200


@pytest.mark.parametrize(
    ("given", "told"),
    [
        ({"text": "没有日期"}, "no date with an event was understood"),
        ({"text": "5月13日：甲大会；6月14日：乙大会"}, "announces 2 events; send each on its own"),
        ({"text": "5月13日：大会", "title": "x"}, "stands in place of title; give one"),
        ({"text": 5}, "must be text, one line"),
        ({"text": "5月" * 1000}, "a line has at most 1000"),
    ],
)
def test_a_line_that_is_none(writer: Service, given: Any, told: str) -> None:
    answer = writer.client.post(f"{API}/events", json=given)
    assert answer.status_code == 422
    assert [fault["pointer"] for fault in answer.json()["errors"]] == ["/text"]
    assert told in answer.json()["detail"]


def test_a_when_in_words(writer: Service) -> None:
    made = writer.client.post(f"{API}/events", json={"title": "大会", "when": "5月13日-14日"})
    assert made.json()["when"] == "2026-05-13/2026-05-14"
    path = f"{API}/events/{made.json()['id']}"
    zone = {"when": "next Tuesday 10am", "timezone": "America/New_York"}
    # In New York it is still Sunday.
    assert writer.client.patch(path, json=zone).json()["when"] == "2026-04-28T10:00-04:00"
    assert writer.client.patch(path, json={"text": "5月13日：大会"}).status_code == 422
    assert writer.client.patch(path, json={"when": "2026-05/2026-06"}).status_code == 422
