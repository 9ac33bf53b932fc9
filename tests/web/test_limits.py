"""How much one client may ask for: what is told to it, and what it never costs the others."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

import httpx2
import pytest
from starlette.testclient import TestClient

from service.core.access.rate_limit import Rate
from service.errors import Busy, TooMany, Unauthorized
from service.web import limits as limits_
from service.web.limits import ConcurrencyLimit, Limit, RateLimits
from tests.web.conftest import Service, serving, settings

API = "/api/v1"


class Clock:
    """Seconds that the test sets."""

    def __init__(self) -> None:
        self.now = 1000.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def limited(tmp_path: Path, clock: Clock) -> Iterator[Service]:
    """A service that allows little, and three of each at once."""
    limits = RateLimits(
        clock,
        writes=Rate(3, 10.0),
        documents=Rate(3, 10.0),
        wrong_keys=Rate(3, 10.0),
        all_wrong=Rate(8, 1.0),
    )
    for service in serving(settings(tmp_path, admin_key="k" * 20)):
        service.client = client(service, limits)
        yield service


def client(service: Service, limits: RateLimits, host: str = "203.0.113.7") -> httpx2.Client:
    made: httpx2.Client = TestClient(
        service.horizon.web(limits), base_url="http://127.0.0.1:8000", client=(host, 50000)
    )
    return made


def add(service: Service, key: dict[str, str], number: int) -> httpx2.Response:
    event = {"title": f"Event {number}", "when": "2026-05"}
    return service.client.post(f"{API}/events", json=event, headers=key)


def tried(service: Service, key: str, **headers: str) -> int:
    headers = {"Authorization": f"Bearer {key}", **headers}
    return service.client.get(f"{API}/events", headers=headers).status_code


def test_who_changes_too_much_is_told_when_to_go_on(limited: Service, clock: Clock) -> None:
    key, other = limited.key(name="one"), limited.key(name="two")
    assert [add(limited, key, n).status_code for n in range(3)] == [201] * 3
    refused = add(limited, key, 3)
    assert (refused.status_code, refused.headers["retry-after"]) == (429, "10")
    assert refused.headers["content-type"] == "application/problem+json"
    assert refused.json()["type"] == "urn:horizon:problem:too-many-requests"
    assert refused.json()["detail"] == "too many changes by this key; try again in 10 seconds"
    assert "default-src 'none'" in refused.headers["content-security-policy"]
    # Reading, and everybody else, goes on: also from the same address.
    assert limited.client.get(f"{API}/events", headers=key).status_code == 200
    assert add(limited, other, 4).status_code == 201
    clock.now += 10
    assert add(limited, key, 3).status_code == 201
    assert add(limited, key, 5).status_code == 429


@pytest.mark.parametrize(
    ("method", "path", "body"),
    [
        ("PUT", "/events/x", {"title": "X", "when": "2026-05"}),
        ("PATCH", "/events/rules", {"location": "Beijing"}),
        ("DELETE", "/events/rules", None),
        ("POST", "/feeds", {"name": "new", "filter": {}}),
        ("PATCH", "/feeds/new", {"title": "New"}),
        ("DELETE", "/feeds/new", None),
        ("POST", "/imports/0000000000000000/apply", {"accept": "all"}),
        ("POST", "/events/batch", {"events": []}),
    ],
)
def test_every_kind_of_change_counts(limited: Service, method: str, path: str, body: Any) -> None:
    key = limited.key()
    for number in range(3):
        assert add(limited, key, number).status_code == 201
    answer = limited.client.request(method, API + path, json=body, headers=key)
    assert answer.status_code == 429


def test_a_batch_counts_for_twenty(tmp_path: Path, clock: Clock) -> None:
    for service in serving(settings(tmp_path)):
        service.client = client(service, RateLimits(clock, writes=Rate(25, 1.0)))
        key, events = service.key(), {"events": [{"title": "A", "when": "2026"}]}
        answers = [
            service.client.post(f"{API}/events/batch", json=events, headers=key) for _ in range(2)
        ]
        assert [answer.status_code for answer in answers] == [200, 429]
        assert answers[1].headers["retry-after"] == "15"


def test_documents_are_counted_apart_and_before_they_are_read(limited: Service) -> None:
    key = {**limited.key(), "Content-Type": "text/plain"}

    def send(path: str) -> int:
        text = "7月15日：《办法》正式施行".encode()
        return limited.client.post(API + path, content=text, headers=key).status_code

    assert [send("/extract"), send("/extract"), send("/imports")] == [200, 200, 201]
    assert [send("/extract"), send("/imports")] == [429, 429]
    assert add(limited, {"Authorization": key["Authorization"]}, 1).status_code == 201


def test_who_guesses_is_no_longer_listened_to_and_right_keys_are(
    limited: Service, clock: Clock
) -> None:
    right, unused = limited.key(name="right"), limited.key(name="unused")
    assert tried(limited, right["Authorization"].split()[1]) == 200
    assert [tried(limited, f"hzn_{n}") for n in range(5)] == [401, 401, 401, 429, 429]
    # A team's programs behind the same address go on; a key that nobody used yet has to wait.
    for _ in range(5):
        assert tried(limited, right["Authorization"].split()[1]) == 200
    assert tried(limited, unused["Authorization"].split()[1]) == 429
    clock.now += 10
    assert tried(limited, unused["Authorization"].split()[1]) == 200
    assert tried(limited, "hzn_again") == 401
    assert tried(limited, "hzn_again") == 429


def test_right_keys_are_never_counted_by_address(limited: Service) -> None:
    made = [limited.key("read", name=f"key-{n}") for n in range(20)]
    for key in made * 2:
        assert limited.client.get(f"{API}/events", headers=key).status_code == 200


def test_a_revoked_key_is_a_wrong_one_at_once(limited: Service) -> None:
    from service.operations import keys

    key = limited.key(name="gone")["Authorization"].split()[1]
    assert tried(limited, key) == 200
    keys.revoke(limited.horizon.store, "gone", limited.now)
    assert [tried(limited, key) for _ in range(5)] == [401, 401, 401, 401, 429]


@pytest.mark.slow
def test_guesses_from_many_addresses_have_one_bound(tmp_path: Path, clock: Clock) -> None:
    limits = RateLimits(clock, wrong_keys=Rate(3, 10.0), all_wrong=Rate(8, 1.0))
    for service in serving(settings(tmp_path)):
        answers = []
        for number in range(10):
            service.client = client(service, limits, f"198.51.100.{number}")
            answers.append(tried(service, "hzn_wrong"))
        assert answers == [401] * 8 + [429] * 2
        # Whom the common bound turned away has lost nothing of its own.
        clock.now += 8
        assert [tried(service, "hzn_wrong") for _ in range(4)] == [401, 401, 401, 429]


def test_the_sign_in_form_and_its_links_count_as_guesses(limited: Service) -> None:
    page = {"Accept": "text/html", "Accept-Language": "en"}
    for number in range(2):
        answer = limited.client.get(f"/sign-in?token=wrong-{number}", headers=page)
        assert "used already" in answer.text
    form = limited.client.get("/sign-in", headers=page)
    token = form.text.split('name="form" value="')[1].split('"')[0]

    def send(**fields: str) -> httpx2.Response:
        return limited.client.post("/sign-in", data={"form": token, **fields}, headers=page)

    assert send(key="hzn_wrong").status_code == 401
    for fields in ({"key": "hzn_wrong"}, {"link": "wrong"}, {"key": "k" * 20}):
        refused = send(**fields)
        assert (refused.status_code, refused.headers["retry-after"]) == (429, "10")
        assert refused.headers["content-type"].startswith("text/html")
        assert "Try again in 10 seconds" in refused.text
    assert limited.client.get("/sign-in?token=wrong", headers=page).status_code == 429


def test_pages_count_changes_and_documents_too(limited: Service) -> None:
    page = {"Accept": "text/html", "Accept-Language": "en"}
    form = limited.client.get("/sign-in", headers=page)
    token = form.text.split('name="form" value="')[1].split('"')[0]
    limited.client.post("/sign-in", data={"form": token, "key": "k" * 20}, headers=page)
    token = limited.client.get("/import", headers=page).text.split('name="form" value="')[1]
    data = {"form": token.split('"')[0], "text": "7月15日：《办法》正式施行"}
    answers = [limited.client.post("/import", data=data, headers=page) for _ in range(4)]
    assert [a.status_code for a in answers] == [200, 200, 200, 429]
    assert "Try again in 10 seconds" in answers[-1].text
    posts = [limited.client.post("/add", data=data, headers=page).status_code for _ in range(4)]
    assert posts[-1] == 429
    assert 429 not in posts[:3]


def test_nothing_is_read_from_whom_it_would_be_refused(limited: Service) -> None:
    """A stranger's upload is answered without its bytes being taken into memory."""
    taken = 0

    def upload() -> Iterator[bytes]:
        nonlocal taken
        for _ in range(20):
            taken += 1
            yield b"x" * 100_000

    answer = limited.client.post(
        "/import", content=upload(), headers={"Content-Type": "multipart/form-data; boundary=x"}
    )
    assert answer.status_code == 401
    assert taken <= 1


def test_what_was_refused_is_counted_by_limit(limited: Service) -> None:
    for number in range(5):
        tried(limited, f"hzn_{number}")
    text = limited.client.get("/metrics").text
    assert 'horizon_rate_limited_total{limit="wrong_keys"} 2.0' in text
    assert 'horizon_rate_limited_total{limit="writes"} 0.0' in text


def test_memory_is_bounded_whatever_names_strangers_invent(clock: Clock) -> None:
    limit = Limit(Rate(2, 10.0), clock, most=50)
    assert limit.take("first") == limit.take("first") == 0
    for number in range(1000):
        limit.take(f"name-{number}")
    assert limit.names <= 51
    # Who is known keeps what is its own; those who are new share one allowance.
    assert limit.take("first") == 10
    assert limit.take("name-1001") > 0
    clock.now += 30
    assert limit.take("name-1002") == 0
    assert limit.names <= 51


def test_each_limit_can_be_set_and_switched_off(tmp_path: Path) -> None:
    for service in serving(settings(tmp_path, limit_wrong_keys=Rate(1, 60.0), limit_writes=None)):
        assert [tried(service, "hzn_wrong") for _ in range(2)] == [401, 429]
        key = service.key()
        assert add(service, key, 1).status_code == 429  # not used before the wrong one
    for service in serving(settings(tmp_path, limit_wrong_keys=None, limit_writes=Rate(1, 60.0))):
        assert [tried(service, f"hzn_{n}") for n in range(40)] == [401] * 40
        key = service.key(name="another")
        assert [add(service, key, n).status_code for n in (2, 3)] == [201, 429]


def test_what_many_try_at_once_is_counted_before_it_is_looked_at() -> None:
    limits, inside, looked = RateLimits(wrong_keys=Rate(3, 60.0)), threading.Barrier(3), []

    def guess(number: int) -> None:
        with suppress(TooMany, Unauthorized), limits.guess("a", f"wrong-{number}"):
            looked.append(number)
            inside.wait(120)
            raise Unauthorized("no")

    threads = [threading.Thread(target=guess, args=(n,)) for n in range(20)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(looked) == 3


def test_a_fault_while_looking_is_nobodys_wrong_key(clock: Clock) -> None:
    limits = RateLimits(clock, wrong_keys=Rate(1, 60.0))
    for _ in range(3):
        with pytest.raises(ZeroDivisionError), limits.guess("a", "key"):
            raise ZeroDivisionError
    with limits.guess("a", "key"):
        pass


def test_who_waits_for_a_turn_is_bounded_too(monkeypatch: pytest.MonkeyPatch) -> None:
    """Else forty uploads would hold every thread that the pages need."""
    monkeypatch.setattr(limits_, "MAX_WAIT", 60.0)
    limit, go = ConcurrencyLimit(1, 2, "busy"), threading.Event()
    entered: list[int] = []

    def read(number: int) -> None:
        with limit.slot():
            entered.append(number)
            go.wait(120)

    threads = [threading.Thread(target=read, args=(n,)) for n in range(3)]
    for thread in threads:
        thread.start()
    until = time.monotonic() + 120
    while limit.running < 1 or limit._places._value:  # type: ignore[attr-defined]
        assert time.monotonic() < until
        time.sleep(0.001)
    with pytest.raises(Busy, match="busy; try again"), limit.slot():
        pass
    assert (limit.running, limit.refused) == (1, 1)
    go.set()
    for thread in threads:
        thread.join()
    assert sorted(entered) == [0, 1, 2]
    assert limit.running == 0
