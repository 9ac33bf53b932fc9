"""The HTTP API as a program uses it: add, change, follow, take back; and who may do what."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from tests.web.conftest import FILE, Service, serving, settings

API = "/api/v1"
IO = {
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
        "excerpt": "5月：Google I/O 2026 开发者大会",
    },
}


@pytest.fixture
def empty(tmp_path: Path) -> Any:
    """A service without events of its file."""
    file = "events: []\nfeeds:\n  - {name: all, title: All}\n"
    for service in serving(settings(tmp_path), file):
        service.client.headers.update(service.key())
        yield service


def change(service: Service, id_: str, **patch: Any) -> Any:
    answer = service.client.patch(f"{API}/events/{id_}", json=patch)
    assert answer.status_code == 200, answer.text
    return answer.json()


def test_an_event_is_added_and_in_the_feed_of_the_next_request(empty: Service) -> None:
    answer = empty.client.post(f"{API}/events", json=IO)
    assert answer.status_code == 201
    event = answer.json()
    assert answer.headers["location"] == f"{API}/events/{event['id']}"
    assert {key: event[key] for key in IO if key != "status"} == {
        k: v for k, v in IO.items() if k != "status"
    }
    assert event["uid"] == f"{event['id']}@horizon"
    assert (event["start"], event["end"], event["precision"]) == (
        "2026-05-01",
        "2026-05-31",
        "month",
    )
    assert (event["status"], event["status_set"], event["sequence"]) == ("tentative", False, 0)
    assert (event["origin"], event["when_text"]) == ("api", "2026年5月，具体日期待公布")
    assert event["created_at"] == event["updated_at"] == "2026-04-27T00:30:00Z"
    assert event["similar"] == []
    assert event["uid"] in empty.client.get("/feeds/all.ics").text
    assert empty.client.get(answer.headers["location"]).json() == {
        key: value for key, value in event.items() if key != "similar"
    }


def test_moving_an_event_shows_in_sequence_history_changes_and_feed(empty: Service) -> None:
    id_ = empty.client.post(f"{API}/events", json=IO).json()["id"]
    since = empty.client.get(f"{API}/changes").json()["next"]
    empty.now += timedelta(days=11)
    note = {"title": "AI 事件更新", "date": "2026-05-08", "excerpt": "5 月 19 日-20 日：谷歌 I/O"}
    event = change(empty, id_, when="2026-05-19/2026-05-20", source=note)
    assert (event["sequence"], event["status"]) == (1, "confirmed")
    assert event["source"]["publisher"] == "国信证券"  # a merge patch leaves what it does not name
    page = empty.client.get(f"{API}/changes?since={since}").json()
    (item,) = page["items"]
    assert {k: item[k] for k in ("event_id", "change", "from", "to", "days")} == {
        "event_id": id_,
        "change": "firmed",
        "from": "2026-05",
        "to": "2026-05-19/2026-05-20",
        "days": None,
    }
    assert item["seq"] == page["next"] == since + 1
    assert item["source"]["excerpt"] == note["excerpt"]
    history = empty.client.get(f"{API}/events/{id_}/history").json()["items"]
    assert [row["change"] for row in history] == ["created", "firmed"]
    assert history[1]["who"] == "test-write"
    assert history[1]["changed"]["when"] == {"from": "2026-05", "to": "2026-05-19/2026-05-20"}
    feed = empty.client.get("/feeds/all.ics").text
    assert "SEQUENCE:1" in feed
    assert "DTSTART;VALUE=DATE:20260519" in feed
    later = change(empty, id_, when="2026-06-02")
    assert later["sequence"] == 2
    item = empty.client.get(f"{API}/changes?since={page['next']}").json()["items"][0]
    assert (item["change"], item["days"]) == ("later", 14)


def test_calling_off_reinstating_and_withdrawing(empty: Service) -> None:
    id_ = empty.client.post(f"{API}/events", json=IO).json()["id"]
    off = change(empty, id_, status="cancelled")
    assert (off["status"], off["status_set"], off["sequence"]) == ("cancelled", True, 1)
    assert "〔已取消〕" in empty.client.get("/feeds/all.ics").text
    on = change(empty, id_, status=None)
    assert (on["status"], on["status_set"]) == ("tentative", False)
    gone = empty.client.delete(f"{API}/events/{id_}")
    assert (gone.status_code, gone.json()["id"]) == (200, id_)
    assert empty.client.get(f"{API}/events/{id_}").status_code == 404
    assert empty.client.get(f"{API}/events").json()["items"] == []
    assert id_ not in empty.client.get("/feeds/all.ics").text
    changes = [c["change"] for c in empty.client.get(f"{API}/changes").json()["items"]]
    assert changes == ["created", "cancelled", "reinstated", "withdrawn"]
    assert len(empty.client.get(f"{API}/events/{id_}/history").json()["items"]) == 4
    back = empty.client.put(f"{API}/events/{id_}", json={"title": "I/O", "when": "2026-05-19"})
    assert (back.status_code, back.json()["uid"]) == (201, f"{id_}@horizon")


def test_put_creates_under_the_clients_id_and_replaces_whole(empty: Service) -> None:
    url = f"{API}/events/google-io-2026"
    made = empty.client.put(url, json=IO)
    assert (made.status_code, made.headers["location"]) == (201, url)
    replaced = empty.client.put(url, json={"title": "Google I/O", "when": "2026-05-19"})
    assert replaced.status_code == 200
    event = replaced.json()
    assert (event["tickers"], event["importance"], event["source"]) == ([], "normal", None)
    assert event["sequence"] == 1
    same = empty.client.put(url, json={"title": "Google I/O", "when": "2026-05-19"})
    assert same.json() == event
    assert len(empty.client.get(f"{url}/history").json()["items"]) == 2


def test_what_was_read_can_be_sent_back_and_changes_nothing(empty: Service) -> None:
    url = f"{API}/events/google-io-2026"
    event = empty.client.put(url, json=IO).json()
    assert empty.client.put(url, json=event).json() == event
    assert empty.client.patch(url, json=event).json() == event


def test_a_second_writer_is_told_that_the_event_has_changed(empty: Service) -> None:
    url = f"{API}/events/google-io-2026"
    etag = empty.client.put(url, json=IO).headers["etag"]
    assert empty.client.get(url).headers["etag"] == etag
    assert empty.client.get(url, headers={"If-None-Match": etag}).status_code == 304
    english = empty.client.get(url, headers={"Accept-Language": "en"})
    assert english.headers["etag"] != etag
    match = {"If-Match": etag}
    first = empty.client.patch(url, json={"when": "2026-05-19"}, headers=match)
    assert first.status_code == 200
    for second in (
        empty.client.patch(url, json={"when": "2026-05-20"}, headers=match),
        empty.client.put(url, json=IO, headers=match),
        empty.client.delete(url, headers=match),
        empty.client.put(f"{API}/events/new", json=IO, headers=match),
        empty.client.put(url, json=IO, headers={"If-None-Match": "*"}),
    ):
        assert (second.status_code, second.json()["status"]) == (412, 412)
    assert empty.client.get(url).json()["when"] == "2026-05-19"
    newest = {"If-Match": f'"other", {first.headers["etag"]}'}
    assert empty.client.patch(url, json={"when": "2026-05-20"}, headers=newest).status_code == 200
    assert empty.client.delete(url, headers={"If-Match": "*"}).status_code == 200


def test_an_english_reader_may_change_what_he_read(empty: Service) -> None:
    url = f"{API}/events/google-io-2026"
    empty.client.put(url, json=IO)
    etag = empty.client.get(url, headers={"Accept-Language": "en"}).headers["etag"]
    answer = empty.client.patch(url, json={"location": "x"}, headers={"If-Match": etag})
    assert answer.status_code == 200


def test_a_purged_event_is_erased_and_its_uid_goes_on_if_the_id_returns(empty: Service) -> None:
    url = f"{API}/events/google-io-2026"
    empty.client.put(url, json=IO)
    change(empty, "google-io-2026", when="2026-05-19")
    assert empty.client.delete(f"{url}?purge=true").status_code == 403
    admin = empty.key("admin")
    assert empty.client.delete(f"{url}?purge=true", headers=admin).status_code == 200
    assert empty.client.get(f"{url}/history").json()["items"] == [
        {
            "seq": 3,
            "at": "2026-04-27T00:30:00Z",
            "version": 3,
            "change": "purged",
            "who": "test-admin",
            "origin": "api",
            "from": None,
            "to": None,
            "days": None,
            "changed": {},
            "source": None,
        }
    ]
    assert [c["change"] for c in empty.client.get(f"{API}/changes").json()["items"]] == ["purged"]
    again = empty.client.put(url, json=IO).json()
    assert (again["uid"], again["sequence"]) == ("google-io-2026@horizon", 2)


def test_a_batch_is_stored_whole_or_not_at_all(empty: Service) -> None:
    events = [{"title": f"Event {n}", "when": f"2026-05-{n:02d}"} for n in range(1, 4)]
    answer = empty.client.post(
        f"{API}/events/batch", json={"events": [*events, {**IO, "id": "io"}]}
    )
    assert answer.status_code == 200
    assert [item["when"] for item in answer.json()["items"]] == [
        "2026-05-01",
        "2026-05-02",
        "2026-05-03",
        "2026-05",
    ]
    before = empty.client.get(f"{API}/changes").json()
    bad = [
        {"title": "Good", "when": "2026-06-01"},
        {"title": "", "when": "2026-02-30"},
        {"id": "io", "title": "I/O", "when": "2026-05-19"},
        {"id": "io", "title": "Twice", "when": "2026-05-19"},
        "not an object",
        {"id": "Bad Id", "title": "x", "when": "2026", "kind": "x"},
    ]
    refused = empty.client.post(f"{API}/events/batch", json={"events": bad})
    assert refused.status_code == 422
    assert [e["pointer"] for e in refused.json()["errors"]] == [
        "/events/1/title",
        "/events/1/when",
        "/events/3/id",
        "/events/4",
        "/events/5/id",
        "/events/5/kind",
    ]
    assert empty.client.get(f"{API}/changes").json() == before
    changed = empty.client.post(f"{API}/events/batch", json={"events": [bad[2]]}).json()["items"][0]
    assert (changed["id"], changed["sequence"], changed["tickers"]) == ("io", 1, ["GOOGL.O"])
    many = [{"title": f"E{n}", "when": "2026"} for n in range(1001)]
    assert empty.client.post(f"{API}/events/batch", json={"events": many}).status_code == 422


def test_a_batch_names_each_event_and_goes_on_with_purged_ones(empty: Service) -> None:
    """Also where all have one title, stand between changes of others, or were there before."""
    url = f"{API}/events/google-io-2026"
    empty.client.put(url, json=IO)
    empty.client.delete(f"{url}?purge=true", headers=empty.key("admin"))
    same = {"title": "Results", "when": "2026-05"}
    rows = [same, {**IO, "id": "google-io-2026"}, {**IO, "id": "held"}, same, same]
    before = {"events": [{**IO, "id": "held"}, same]}
    made = empty.client.post(f"{API}/events/batch", json=before).json()["items"][1]["id"]
    rows.append({**same, "id": "x"})
    sent = empty.client.post(f"{API}/events/batch", json={"events": rows}).json()["items"]
    new = [f"{made}-2", "google-io-2026", f"{made}-3", f"{made}-4", "x"]
    assert [item["id"] for item in sent] == [*new[:2], "held", *new[2:]]
    assert sent[1]["sequence"] == 1
    told = empty.client.get(f"{API}/changes?limit=500").json()["items"]
    assert [change["event_id"] for change in told[-5:]] == new


def test_a_row_of_a_batch_changes_the_keys_that_it_has(empty: Service) -> None:
    """A row without kind and source, for an event that had both, left it as `other` and with none."""
    url = f"{API}/events/io"
    before = empty.client.put(
        url, json={**IO, "kind": "launch", "location": "Mountain View"}
    ).json()

    def batch(*rows: dict[str, Any]) -> dict[str, Any]:
        answer = empty.client.post(f"{API}/events/batch", json={"events": list(rows)})
        assert answer.status_code == 200, answer.text
        return dict(answer.json()["items"][0])

    same = batch({"id": "io", "title": before["title"], "when": before["when"]})
    assert same == before
    after = batch({"id": "io", "tags": ["AI"], "location": None}, {"id": "new", **IO})
    assert {key for key in after if after[key] != before[key]} == {"tags", "location", "sequence"}
    assert (after["tags"], after["location"]) == (["AI"], "")
    assert empty.client.get(f"{API}/events/new").json()["kind"] == "conference"
    whole = empty.client.get(url).json()
    assert batch(whole) == whole
    # What has no empty value was not given: the empty cells of a spreadsheet.
    assert batch({"id": "io", "kind": "", "importance": "", "timezone": "", "status": ""}) == whole
    # A line says title and date; what kind that looks like was decided before.
    lined = batch({"id": "io", "text": "5月20日：Google I/O 2026 开发者大会"})
    assert (lined["when"], lined["kind"], lined["tags"]) == ("2026-05-20", "launch", ["AI"])


def test_a_row_of_a_batch_that_cannot_be_used_changes_nothing(empty: Service) -> None:
    empty.client.put(f"{API}/events/io", json=IO)
    before = empty.client.get(f"{API}/changes").json()
    rows = [
        {"id": "io", "location": "Mountain View"},
        {"id": "io-2", "location": "nowhere"},
        {"id": "io", "kind": "party"},
        {"id": "io", "recurrence": "FREQ=DAILY"},
    ]
    refused = empty.client.post(f"{API}/events/batch", json={"events": rows})
    assert [error["pointer"] for error in refused.json()["errors"]] == [
        "/events/1/title",
        "/events/1/when",
        "/events/2/kind",
        "/events/3/recurrence",
    ]
    assert empty.client.get(f"{API}/changes").json() == before


def test_a_withdrawn_event_comes_back_by_a_batch_with_what_it_had(empty: Service) -> None:
    url = f"{API}/events/io"
    event = empty.client.put(url, json=IO).json()
    empty.client.delete(url)
    rows = {"events": [{"id": "io", "title": event["title"], "when": event["when"]}]}
    assert empty.client.post(f"{API}/events/batch", json=rows).status_code == 200
    back = empty.client.get(url).json()
    assert (back["tickers"], back["source"]) == (event["tickers"], event["source"])


def test_another_date_does_not_keep_the_old_ones_source(empty: Service) -> None:
    """A date that was moved by hand stood there as if the report of the old one had said so."""
    url = f"{API}/events/io"
    old = {**IO["source"], "page": 3, "line": 7, "official": False}
    empty.client.put(url, json={**IO, "source": old})
    moved = change(empty, "io", when="2026-05-19")["source"]
    assert moved == {
        "title": "2026年4月27日手工录入",
        "publisher": "",
        "date": "2026-04-27",
        "url": "",
        "official": False,
        "excerpt": "",
    }
    assert "来源：2026年4月27日手工录入" in empty.client.get("/feeds/all.ics").text
    english = empty.client.get("/feeds/all.ics?lang=en").text.replace("\r\n ", "")
    assert "Source: entered by hand on 27 April 2026" in english
    (created, *_, last) = empty.client.get(f"{url}/history").json()["items"]
    assert created["source"]["excerpt"] == old["excerpt"]
    assert last["source"] == moved
    # What is no other date keeps its source, and one that is given is taken.
    assert change(empty, "io", when="2026-05-19", location="x")["source"] == moved
    given = change(empty, "io", when="2026-05-20", source={"title": "Google", "date": None})
    assert (given["source"]["title"], given["source"]["date"]) == ("Google", None)
    empty.client.put(url, json={**IO, "source": old})
    other = change(empty, "io", when="2026-05-21", source={"title": "Google"})["source"]
    assert (other["title"], other["excerpt"]) == ("Google", "")
    assert other.keys() == moved.keys()  # neither page nor line
    assert change(empty, "io", when="2026-05-22", source=None)["source"] is None


def test_a_repeated_request_is_answered_again_and_not_carried_out_again(empty: Service) -> None:
    headers = {"Idempotency-Key": "5f0c-1"}
    first = empty.client.post(f"{API}/events", json=IO, headers=headers)
    again = empty.client.post(f"{API}/events", json=IO, headers=headers)
    assert (again.status_code, again.text) == (201, first.text)
    assert again.headers["location"] == first.headers["location"]
    assert len(empty.client.get(f"{API}/changes").json()["items"]) == 1
    other = empty.client.post(f"{API}/events", json={**IO, "when": "2026-06"}, headers=headers)
    assert (other.status_code, other.json()["status"]) == (422, 422)
    someone = {**headers, **empty.key(name="someone")}
    assert empty.client.post(f"{API}/events", json=IO, headers=someone).status_code == 201
    empty.now += timedelta(hours=24, seconds=1)
    assert empty.client.post(f"{API}/events", json=IO, headers=headers).status_code == 201
    assert len(empty.client.get(f"{API}/changes").json()["items"]) == 3


def test_a_failed_request_is_not_kept_for_its_repeat(empty: Service) -> None:
    headers = {"Idempotency-Key": "5f0c-2"}
    assert (
        empty.client.post(f"{API}/events", json={"title": "x"}, headers=headers).status_code == 422
    )
    assert empty.client.post(f"{API}/events", json=IO, headers=headers).status_code == 201


def test_look_alikes_are_named_to_the_one_who_adds(empty: Service) -> None:
    empty.client.put(f"{API}/events/google-io-2026", json=IO)
    twin = {"title": "谷歌 I/O 开发者大会", "when": "2026-05-19/2026-05-20"}
    assert empty.client.post(f"{API}/events", json=twin).json()["similar"] == ["google-io-2026"]
    other = {"title": "SuperAI 2026", "when": "2026-06-10/2026-06-11"}
    assert empty.client.post(f"{API}/events", json=other).json()["similar"] == []


def test_lists_are_filtered_sorted_and_paged(service: Service) -> None:
    def ids(query: str) -> list[str]:
        return [e["id"] for e in service.client.get(f"{API}/events?{query}").json()["items"]]

    assert ids("") == ["google-io-2026", "baidu-create-2026", "rules"]
    assert ids("kind=regulation,launch") == ["rules"]
    assert ids("kind=regulation&kind=conference&q=百度") == ["baidu-create-2026"]
    assert ids("ticker=9888.HK") == ["baidu-create-2026"]
    assert ids("from=2026-06-01") == ["rules"]
    assert ids("precision=month") == ["google-io-2026"]
    page = service.client.get(f"{API}/events?limit=2").json()
    assert len(page["items"]) == 2
    last = service.client.get(f"{API}/events?limit=2&cursor={page['next']}").json()
    assert ([e["id"] for e in last["items"]], last["next"]) == (["rules"], None)


def test_a_walk_through_pages_shows_each_event_once_while_others_move(empty: Service) -> None:
    for n in range(1, 10):
        empty.client.put(f"{API}/events/e-{n}", json={"title": f"E{n}", "when": f"2026-05-{n:02d}"})
    seen: list[str] = []
    cursor = ""
    for step in range(3):
        page = empty.client.get(f"{API}/events?limit=3{cursor}").json()
        seen += [event["id"] for event in page["items"]]
        cursor = f"&cursor={page['next']}"
        # One that was told moves to the end, one that was not moves to the front, one is new.
        change(empty, f"e-{step + 1}", when="2026-06-01")
        change(empty, f"e-{9 - step}", when="2026-04-01")
        empty.client.put(f"{API}/events/new-{step}", json={"title": "N", "when": "2026-05-31"})
    assert seen == [f"e-{n}" for n in range(1, 10)]
    assert page["next"] is None


def test_the_list_can_be_read_as_it_was_known_then(empty: Service) -> None:
    empty.client.put(f"{API}/events/io", json=IO)
    then = empty.now + timedelta(minutes=1)
    empty.now += timedelta(days=1)
    change(empty, "io", when="2026-05-19/2026-05-20")
    empty.client.put(f"{API}/events/new", json={"title": "New", "when": "2026-05-01"})

    def known(at: str) -> list[tuple[str, str]]:
        items = empty.client.get(f"{API}/events", params={"as_of": at}).json()["items"]
        return [(e["id"], e["when"]) for e in items]

    assert known(then.isoformat()) == [("io", "2026-05")]
    assert known("2026-04-27T08:30:30+08:00") == [("io", "2026-05")]
    assert known("2020-01-01T00:00:00Z") == []
    assert known("2030-01-01T00:00:00Z") == [("new", "2026-05-01"), ("io", "2026-05-19/2026-05-20")]
    cancelled = empty.client.get(f"{API}/events", params={"as_of": "2026-04-27"})
    assert cancelled.status_code == 400


def test_following_changes_pages_and_tells_when_the_reader_is_from_elsewhere(
    service: Service,
) -> None:
    seen = []
    since = 0
    while True:
        page = service.client.get(f"{API}/changes?since={since}&limit=2").json()
        if not page["items"]:
            break
        seen += [item["seq"] for item in page["items"]]
        since = page["next"]
    assert (seen, page["next"]) == ([1, 2, 3], 3)
    gone = service.client.get(f"{API}/changes?since=4")
    assert (gone.status_code, gone.json()["type"]) == (410, "urn:horizon:problem:gone")


def test_one_event_as_a_calendar_file(service: Service) -> None:
    answer = service.client.get(f"{API}/events/google-io-2026.ics?lang=en")
    assert answer.headers["content-type"] == "text/calendar; charset=utf-8"
    assert "SUMMARY:[May\\, date TBD] Google I/O 2026" in answer.text
    assert answer.text.count("BEGIN:VEVENT") == 1
    assert service.client.get(f"{API}/events/none.ics").status_code == 404
    assert service.client.get(f"{API}/events/google-io-2026.ics?lang=fr").status_code == 400


# -- feeds, rules, deliveries


def test_feeds_are_made_changed_and_deleted(empty: Service) -> None:
    empty.client.put(f"{API}/events/io", json=IO)
    spec = {"name": "big", "title": "Big", "filter": {"importance": ["high"]}}
    made = empty.client.post(f"{API}/feeds", json=spec)
    assert (made.status_code, made.headers["location"]) == (201, f"{API}/feeds/big")
    assert made.json()["address"] == "http://127.0.0.1:8000/feeds/big.ics"
    assert "io@horizon" in empty.client.get("/feeds/big.ics").text
    changed = empty.client.patch(
        f"{API}/feeds/big", json={"filter": {"kind": ["launch"]}, "title": "L"}
    )
    assert changed.json()["filter"] == {"kind": ["launch"]}
    assert "io@horizon" not in empty.client.get("/feeds/big.ics").text
    private = empty.client.patch(f"{API}/feeds/big", json={"private": True}).json()
    assert private["address"].startswith("http://127.0.0.1:8000/feeds/big/")
    assert empty.client.get("/feeds/big.ics").status_code == 404
    assert empty.client.delete(f"{API}/feeds/big").status_code == 204
    assert empty.client.get(f"{API}/feeds/big").status_code == 404
    again = empty.client.post(f"{API}/feeds", json={**spec, "private": True}).json()
    assert again["address"] != private["address"]  # it may have been deleted since it was known


def test_the_files_feeds_are_changed_in_the_file(empty: Service) -> None:
    for answer in (
        empty.client.patch(f"{API}/feeds/all", json={"title": "x"}),
        empty.client.delete(f"{API}/feeds/all"),
        empty.client.post(f"{API}/feeds", json={"name": "all", "title": "x"}),
    ):
        assert answer.status_code == 409
    bad = empty.client.post(
        f"{API}/feeds", json={"name": "A b", "filter": {"kind": ["x"]}, "colour": 1}
    )
    assert bad.status_code == 422
    assert {e["pointer"] for e in bad.json()["errors"]} == {"/name", "/filter/kind", "/colour"}


def test_a_private_feed_is_not_shown_without_a_key(service: Service) -> None:
    def names(headers: dict[str, str]) -> list[str]:
        items = service.client.get(f"{API}/feeds", headers=headers).json()["items"]
        return [feed["name"] for feed in items]

    assert names({}) == ["all"]
    assert names(service.key("read")) == ["all", "portfolio"]
    assert service.client.get(f"{API}/feeds/portfolio").status_code == 404
    assert service.secret not in service.client.get(f"{API}/feeds").text


def test_rules_are_read_with_a_key_and_set_in_the_file(service: Service) -> None:
    service.write(
        FILE
        + """alerts:
  digests: [{name: daily, channel: "#ai-events", at: "08:30"}]
  reminders: [{name: laws, channel: "#compliance", before: [P7D]}]
  changes: [{name: moves, channel: "#ai-events"}]
"""
    )
    key = service.key("read")
    for path, name in (("digests", "daily"), ("reminders", "laws"), ("change-rules", "moves")):
        assert service.client.get(f"{API}/{path}").status_code == 401
        (rule,) = service.client.get(f"{API}/{path}", headers=key).json()["items"]
        assert rule["name"] == name
    assert service.client.get(f"{API}/deliveries", headers=key).json() == {"items": []}
    assert service.client.get(f"{API}/deliveries?state=odd", headers=key).status_code == 400


# -- who may do what


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("POST", "/events"),
        ("POST", "/events/batch"),
        ("PUT", "/events/x"),
        ("PATCH", "/events/rules"),
        ("DELETE", "/events/rules"),
        ("POST", "/feeds"),
        ("PATCH", "/feeds/all"),
        ("DELETE", "/feeds/all"),
        ("GET", "/digests"),
        ("GET", "/deliveries"),
    ],
)
def test_writing_needs_a_key_that_may_write(service: Service, method: str, path: str) -> None:
    read, wrong = service.key("read"), {"Authorization": "Bearer hzn_nothing"}
    for headers, status in (
        ({}, 401),
        (wrong, 401),
        ({"Authorization": "Basic eDp5"}, 401),
        ({"Authorization": "Bearer"}, 401),
        (read, 200 if method == "GET" else 403),
    ):
        answer = service.client.request(
            method, API + path, headers=headers, json={} if method != "GET" else None
        )
        assert answer.status_code == status, headers
        if status == 401:
            assert answer.headers["www-authenticate"].startswith("Bearer")
    assert [row.seq for row in _journal(service)] == [1, 2, 3]


def _journal(service: Service) -> list[Any]:
    with service.horizon.store.reading() as reading:
        return reading.changes(0)


def test_a_wrong_key_is_told_of_even_where_none_is_needed(service: Service) -> None:
    answer = service.client.get(f"{API}/events", headers={"Authorization": "Bearer hzn_old"})
    assert answer.status_code == 401


def test_a_revoked_key_opens_nothing_and_its_use_was_noted(service: Service) -> None:
    from service.operations import keys

    headers = service.key("read", "crawler")
    assert service.client.get(f"{API}/digests", headers=headers).status_code == 200
    (held,) = keys.listed(service.horizon.store)
    assert (held.name, held.last_used_at) == ("crawler", service.now)
    assert headers["Authorization"].removeprefix("Bearer ") not in repr(held)
    keys.revoke(service.horizon.store, "crawler", service.now)
    assert service.client.get(f"{API}/digests", headers=headers).status_code == 401
    assert service.key("read", "crawler") != headers  # the name is free again


def test_without_public_read_nothing_but_secret_addresses_is_open(tmp_path: Path) -> None:
    for service in serving(settings(tmp_path, public_read=False)):
        key = service.key("read")
        for path in (
            f"{API}/events",
            f"{API}/events/rules",
            f"{API}/events/rules.ics",
            f"{API}/events/rules/history",
            f"{API}/changes",
            f"{API}/feeds",
            "/feeds/all.ics",
            "/calendar.ics",
            "/",
            "/events/rules",
        ):
            assert service.client.get(path).status_code == 401, path
            assert service.client.get(path, headers=key).status_code == 200, path
        assert service.client.get(f"/feeds/portfolio/{service.secret}.ics").status_code == 200
        assert service.client.get("/healthz").status_code == 200


def test_excerpts_are_for_those_with_a_key_where_the_settings_say_so(tmp_path: Path) -> None:
    for service in serving(settings(tmp_path, public_excerpts=False)):
        key = service.key("read")
        for path in (
            "events",
            "events/baidu-create-2026",
            "events/baidu-create-2026/history",
            "changes",
        ):
            quoted = service.client.get(f"{API}/{path}", headers=key).text
            named = service.client.get(f"{API}/{path}").text
            assert "5 月 13 日-14 日" in quoted, path
            assert "5 月 13 日-14 日" not in named, path
            assert "国信证券" in named


def test_the_admin_key_of_the_settings_may_do_everything(tmp_path: Path) -> None:
    for service in serving(settings(tmp_path, admin_key="a" * 32)):
        headers = {"Authorization": f"Bearer {'a' * 32}"}
        url = f"{API}/events/rules?purge=true"
        assert service.client.delete(url, headers=headers).status_code == 200
        wrong = {"Authorization": f"Bearer {'a' * 31}b"}
        assert service.client.delete(url, headers=wrong).status_code == 401
