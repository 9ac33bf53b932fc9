"""/openapi.json and /docs: valid, complete, and true to what the service answers."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import httpx2
import pytest
from jsonschema import Draft202012Validator, FormatChecker
from openapi_spec_validator import validate
from starlette.routing import Route

from service.errors import StoreUnavailable
from service.settings import Settings
from service.web import examples, schemas, server
from service.web.limits import BATCH, RateLimits
from tests.web.conftest import Service, serving, settings

API = "/api/v1"
IO, BAIDU = f"{API}/events/{examples.GOOGLE_IO_ID}", f"{API}/events/baidu-create-2026"
IMPORT = f"{API}/imports/{examples.IMPORT_ID}"
FILE = """\
timezone: Asia/Shanghai
events: []
feeds:
  - {name: all, title: AI 事件日历}
alerts:
  digests:
    - {name: daily, title: AI 事件日历, channel: "#ai-events", at: "08:30", days: workdays}
  reminders:
    - name: regulation
      channel: "#compliance"
      before: [P30D, P7D, P1D, P0D]
      days: workdays
      filter: {kind: [regulation, consultation]}
  changes:
    - {name: changes, channel: "#ai-events", filter: {importance: [high, normal]}}
"""
# The requests of the examples, in the order of their story.
STORY: tuple[tuple[str, str, str, Any, int], ...] = (
    ("create_event", "POST", f"{API}/events", examples.GOOGLE_IO, 201),
    ("put_event", "PUT", BAIDU, examples.BAIDU, 201),
    ("patch_event", "PATCH", IO, examples.PATCH, 200),
    ("get_event", "GET", IO, None, 200),
    ("get_history", "GET", f"{IO}/history", None, 200),
    ("batch_events", "POST", f"{API}/events/batch", examples.BATCH, 200),
    ("put_event", "PUT", BAIDU, examples.BAIDU, 200),
    ("list_events", "GET", f"{API}/events?from=2026-05-01&limit=1", None, 200),
    ("list_changes", "GET", f"{API}/changes?since=0&limit=1", None, 200),
    ("extract", "POST", f"{API}/extract", examples.DOCUMENT, 200),
    ("create_import", "POST", f"{API}/imports", examples.DOCUMENT, 201),
    ("get_import", "GET", IMPORT, None, 200),
    ("list_imports", "GET", f"{API}/imports?waiting=true", None, 200),
    ("patch_import", "PATCH", IMPORT, examples.IMPORT_PATCH, 200),
    ("propose_seen", "POST", f"{IMPORT}/proposals", examples.PICK, 200),
    ("apply_import", "POST", f"{IMPORT}/apply", examples.ACCEPT, 200),
    ("apply_import", "POST", f"{IMPORT}/apply", examples.ACCEPT, 200),
    ("get_import", "GET", IMPORT, None, 200),
    ("create_feed", "POST", f"{API}/feeds", examples.FEED_INPUT, 201),
    ("patch_feed", "PATCH", f"{API}/feeds/conferences", examples.FEED_PATCH, 200),
    ("get_feed", "GET", f"{API}/feeds/conferences", None, 200),
    ("list_feeds", "GET", f"{API}/feeds", None, 200),
    ("list_digests", "GET", f"{API}/digests", None, 200),
    ("list_reminders", "GET", f"{API}/reminders", None, 200),
    ("list_change_rules", "GET", f"{API}/change-rules", None, 200),
    ("list_deliveries", "GET", f"{API}/deliveries", None, 200),
    ("get_health", "GET", "/healthz", None, 200),
    ("get_readiness", "GET", "/readyz", None, 200),
    ("delete_event", "DELETE", BAIDU, None, 200),
)
TWO_WRONG = {"events": [{"title": "x"}, {"title": "百度", "when": "2026-02-30"}]}
WRONG_EVENT = {"title": "Google I/O", "when": "2026-05/2026-06", "importence": "high"}
# What gives each error of the document: its name there, and the request.
ERRORS: tuple[tuple[str, str, str, dict[str, Any]], ...] = (
    ("BadQuery query", "GET", f"{IO}?colour=red", {}),
    ("BadRequest query", "POST", f"{API}/events?colour=red", {"json": examples.RULES}),
    ("BadRequest body", "POST", f"{API}/events", {"content": b'{"title": '}),
    ("Unauthorized unknown", "GET", IO, {"headers": {"Authorization": "Bearer hzn_nobody"}}),
    ("NoEvent event", "GET", f"{API}/events/nothing", {}),
    ("NoFeed feed", "GET", f"{API}/feeds/nothing", {}),
    ("NoImport import_", "GET", f"{API}/imports/{'0' * 16}", {}),
    ("WrongAccept accept", "POST", f"{IMPORT}/apply", {"json": {"accept": ["p9"]}}),
    (
        "WrongAccept edits",
        "POST",
        f"{IMPORT}/apply",
        {"json": {"accept": ["p2"], "edits": {"p2": {"when": "2026-02-30"}}}},
    ),
    (
        "WrongDocument document",
        "POST",
        f"{API}/extract",
        {"content": b"", "headers": {"Content-Type": "text/plain"}},
    ),
    (
        "WrongDocument address",
        "POST",
        f"{API}/imports",
        {"json": {"url": "http://127.0.0.1/calendar.ics"}},
    ),
    ("NoAddress address", "PUT", f"{API}/events/a/b", {"json": examples.RULES}),
    ("IdTaken id", "POST", f"{API}/events", {"json": {**examples.BAIDU, "id": BAIDU[15:]}}),
    ("NameTaken name", "POST", f"{API}/feeds", {"json": examples.FEED_INPUT}),
    ("FeedOfFile file", "PATCH", f"{API}/feeds/all", {"json": examples.FEED_PATCH}),
    ("NoSuchChange since", "GET", f"{API}/changes?since=1000000", {}),
    (
        "Outdated version",
        "PATCH",
        IO,
        {"json": examples.PATCH, "headers": {"If-Match": '"1.0.zh"'}},
    ),
    ("TooLarge bytes", "POST", f"{API}/events", {"content": b" " * 1_000_001}),
    (
        "WrongType csv",
        "POST",
        f"{API}/events",
        {"content": b"x", "headers": {"Content-Type": "text/csv"}},
    ),
    ("WrongEvent event", "POST", f"{API}/events", {"json": WRONG_EVENT}),
    (
        "WrongEvent idempotency_key",
        "POST",
        f"{API}/events",
        {"json": examples.RULES, "headers": {"Idempotency-Key": "one"}},
    ),
    ("WrongBatch batch", "POST", f"{API}/events/batch", {"json": TWO_WRONG}),
    (
        "WrongFeed feed",
        "POST",
        f"{API}/feeds",
        {"json": {"name": "Regulation", "filter": {"kind": ["regulations"]}}},
    ),
)


@pytest.fixture
def no_time_passes(monkeypatch: pytest.MonkeyPatch) -> None:
    """To the limits of the service made next: what they say is left to wait stays the same."""
    monkeypatch.setattr(server, "RateLimits", partial(RateLimits, lambda: 0.0))


@pytest.fixture
def told(tmp_path: Path) -> Iterator[Service]:
    """A service in which the story of the examples can be told."""
    for service in serving(settings(tmp_path), FILE):
        service.client.headers.update(service.key(name="crawler"))
        yield service


@pytest.fixture
def document(told: Service) -> dict[str, Any]:
    answer = told.client.get("/openapi.json", headers={"Authorization": ""})
    assert answer.status_code == 200
    return dict(answer.json())


def operations(document: dict[str, Any]) -> Iterator[tuple[str, str, dict[str, Any]]]:
    for path, item in document["paths"].items():
        for method, operation in item.items():
            yield path, method, operation


def by_id(document: dict[str, Any]) -> dict[str, dict[str, Any]]:
    return {operation["operationId"]: operation for _, _, operation in operations(document)}


def resolved(document: dict[str, Any], value: dict[str, Any]) -> dict[str, Any]:
    while "$ref" in value:
        node: Any = document
        for part in value["$ref"].removeprefix("#/").split("/"):
            node = node[part]
        value = node
    return value


def valid(document: dict[str, Any], schema: dict[str, Any], value: object) -> None:
    whole = {**schema, "components": document["components"]}
    Draft202012Validator(whole, format_checker=FormatChecker()).validate(value)


def test_the_document_is_valid_openapi(document: dict[str, Any]) -> None:
    assert document["openapi"].startswith("3.1.")
    assert document["info"]["version"][0].isdigit()
    validate(document)
    for schema in document["components"]["schemas"].values():
        Draft202012Validator.check_schema(schema)


def test_every_address_of_the_service_is_in_it(told: Service, document: dict[str, Any]) -> None:
    described = {(path, method) for path, method, _ in operations(document)}
    ours = told.horizon.web()
    routes: list[Route] = list(_routes(ours))
    assert len(routes) > 30
    found = {
        (route.path_format, method.lower())
        for route in routes
        for method in route.methods or ()
        if method != "HEAD"
    }
    pages = {
        "/",
        "/events/{id}",
        "/events/{id}.ics",
        "/events/{id}/edit",
        "/events/{id}/status",
        "/events/{id}/withdraw",
        "/events/{id}/restore",
        "/past",
        "/note",
        "/note.txt",
        "/month",
        "/timeline",
        "/subscribe",
        "/add",
        "/add/preview",
        "/import",
        "/import/{id}",
        "/import/{id}/apply",
        "/import/{id}/check",
        "/import/{id}/undo",
        "/imports",
        "/alerts",
        "/alerts/retry",
        "/alerts/skip",
        "/sign-in",
        "/sign-out",
        "/docs",
        "/openapi.json",
        "/robots.txt",
        "/slack/events",
    }
    assert {entry for entry in found if entry[0] not in pages} == described
    assert set(by_id(document)) == {
        *schemas.OPERATIONS,
        *(operation_id for operation_id, _ in schemas.BESIDE.values()),
    }


def _routes(app: Any) -> Iterator[Any]:
    """Every route below an application or a router, whatever they are wrapped in."""
    seen: set[int] = set()
    level = [app]
    while level:
        held = level.pop()
        if id(held) in seen:
            continue
        seen.add(id(held))
        if isinstance(held, Route) or hasattr(held, "response_model"):
            yield held
        for name in ("_app", "app", "router", "routes", "original_router"):
            inner = getattr(held, name, None)
            level += inner if isinstance(inner, list) else [inner] if inner is not None else []


def test_every_example_fits_its_schema(document: dict[str, Any]) -> None:
    count = 0
    for _, _, operation in operations(document):
        held = [operation.get("requestBody", {}), *operation["responses"].values()]
        for content in (resolved(document, each).get("content", {}) for each in held):
            for media in content.values():
                values = [media["example"]] if "example" in media else []
                values += [example["value"] for example in media.get("examples", {}).values()]
                for value in values:
                    valid(document, media["schema"], value)
                    count += 1
    for parameter in document["components"]["parameters"].values():
        schema = parameter["schema"]
        defaults = [schema["default"]] if "default" in schema else []
        for value in (*schema.get("examples", ()), *defaults):
            valid(document, schema, value)
    assert count > 100


def test_the_service_answers_what_the_examples_say(told: Service, document: dict[str, Any]) -> None:
    described = by_id(document)
    for operation_id, method, path, body, status in STORY:
        if operation_id == "delete_event":
            errors_are_as_documented(told, document)
        key = {"Idempotency-Key": "one"} if operation_id == "create_event" else {}
        sent: dict[str, Any] = {"json": body}
        if isinstance(body, str):  # a document
            sent, key = {"content": body.encode()}, {"Content-Type": "text/plain"}
        answer = told.client.request(method, path, **sent, headers=key)
        assert answer.status_code == status, answer.text
        response = described[operation_id]["responses"][str(status)]
        media = response["content"][answer.headers["content-type"]]
        assert answer.json() == media.get("example", answer.json()), operation_id
        valid(document, media["schema"], answer.json())
        for name, held in response.get("headers", {}).items():
            header = resolved(document, held)
            valid(document, header["schema"], answer.headers[name])
    with_examples = {
        operation_id
        for operation_id, operation in described.items()
        if "example" in str(operation["responses"].get("200", operation["responses"].get("201")))
    }
    assert with_examples <= {operation_id for operation_id, *_ in STORY}


def changed_since(told: Service) -> str:
    """An import whose event somebody has changed since it was proposed."""
    text = examples.DOCUMENT.replace("6 月 2 日-3 日", "6 月 3 日-4 日")
    headers = {"Content-Type": "text/plain"}
    made = told.client.post(f"{API}/imports", content=text.encode(), headers=headers)
    assert made.json()["proposals"][0]["matches"] == examples.BUILD_ID
    path = f"{API}/events/{examples.BUILD_ID}"
    assert told.client.patch(path, json={"when": "2026-06-09"}).status_code == 200
    return str(made.headers["location"])


def body_of(answer: httpx2.Response) -> Any:
    """A problem as every request of the kind gets it."""
    body = answer.json()
    assert body.pop("instance") == f"urn:horizon:request:{answer.headers['x-request-id']}"
    return body


def errors_are_as_documented(told: Service, document: dict[str, Any]) -> None:
    """Each error answer is, word for word, the example that the operation's documentation has."""
    described = {
        (re.compile(re.sub(r"{\w+}", "[^/]+", path)), method): operation
        for path, method, operation in operations(document)
    }
    reader = told.key("read", "reader")
    forbidden = ("Forbidden scope", "DELETE", BAIDU, {"headers": reader})
    changed = ("Changed changed", "POST", f"{changed_since(told)}/apply", {"json": examples.ACCEPT})
    for name, method, path, request in (*ERRORS, forbidden, changed):
        headers = {"Content-Type": "application/json", **request.pop("headers", {})}
        answer = told.client.request(method, path, headers=headers, **request)
        component, example = name.split()
        shared = document["components"]["responses"][component]
        media = shared["content"]["application/problem+json"]
        assert body_of(answer) == media["examples"][example]["value"], name
        assert answer.status_code == answer.json()["status"]
        for header, held in shared.get("headers", {}).items():
            schema = resolved(document, held)["schema"]
            given = answer.headers[header]
            valid(document, schema, int(given) if schema["type"] == "integer" else given)
        operation = next(
            (
                operation
                for (form, known), operation in described.items()
                if known == method.lower() and form.fullmatch(path.partition("?")[0])
            ),
            None,
        )
        if component == "NoAddress":  # just that: it is no operation's address
            assert operation is None
            continue
        assert operation
        reference = {"$ref": f"#/components/responses/{component}"}
        assert operation["responses"][str(answer.status_code)] == reference
    every = {
        f"{component} {example}"
        for component, shared in document["components"]["responses"].items()
        for example in shared["content"]["application/problem+json"]["examples"]
    }
    # Those two have tests of their own.
    done = {
        "Unavailable database",
        "TooMany wrong_keys",
        forbidden[0],
        changed[0],
        *(name for name, *_ in ERRORS),
    }
    assert done == every


def test_a_database_that_is_gone_is_as_documented(
    told: Service, document: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    @contextmanager
    def gone(self: object) -> Iterator[None]:
        raise StoreUnavailable("the database cannot be reached")
        yield

    monkeypatch.setattr("service.store.Store.reading", gone)
    answer = told.client.get(IO)
    shared = document["components"]["responses"]["Unavailable"]
    told_of = shared["content"]["application/problem+json"]["examples"]["database"]
    assert body_of(answer) == told_of["value"]
    ready = told.client.get("/readyz")
    example = by_id(document)["get_readiness"]["responses"]["503"]["content"]["application/json"]
    assert (ready.status_code, ready.json()) == (503, example["example"])


def test_who_tries_many_wrong_keys_is_told_as_documented(
    no_time_passes: None, told: Service, document: dict[str, Any]
) -> None:
    default = Settings()
    writes, documents = default.limit_writes, default.limit_documents
    wrong_keys = default.limit_wrong_keys
    assert writes is not None
    assert documents is not None
    assert wrong_keys is not None
    for number in range(wrong_keys.burst):
        wrong = {"Authorization": f"Bearer hzn_{number}"}
        assert told.client.get(IO, headers=wrong).status_code == 401
    answer = told.client.get(IO, headers={"Authorization": "Bearer hzn_one_more"})
    shared = document["components"]["responses"]["TooMany"]
    example = shared["content"]["application/problem+json"]["examples"]["wrong_keys"]["value"]
    assert (answer.status_code, body_of(answer)) == (429, example)
    assert answer.headers["retry-after"] == "10"
    stated = f"{writes.burst:,} changes", f"{documents.burst} documents", f"counts for {BATCH}"
    for words in (*stated, f"{wrong_keys.burst} wrong keys", f"{1 / writes.every:.0f} a second"):
        assert words in shared["description"]


def test_reading_needs_a_key_where_the_settings_say_so(tmp_path: Path) -> None:
    for service in serving(settings(tmp_path, public_read=False), FILE):
        answer = service.client.get("/openapi.json")
        assert answer.status_code == 200  # the description itself is for everyone
        closed = by_id(answer.json())
        assert closed["list_events"]["security"] == [{"key": []}]
        assert closed["get_feed_ics"]["security"] == [{"key": []}]
        assert closed["get_private_feed_ics"]["security"] == []
        assert closed["get_health"]["security"] == []
        assert closed["get_metrics"]["security"] == []


def test_who_needs_which_key_is_said(document: dict[str, Any]) -> None:
    described = by_id(document)
    assert described["list_events"]["security"] == [{}, {"key": []}]
    for operation_id in ("create_event", "list_digests", "list_deliveries"):
        assert described[operation_id]["security"] == [{"key": []}]
    assert described["create_event"]["x-horizon-scope"] == "write"
    assert "hzn_" not in str(document)  # no key, however made up, to be copied


class Elements(HTMLParser):
    """The elements of a page with their attributes."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.found: list[tuple[str, dict[str, str | None]]] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found.append((tag, dict(attrs)))


@pytest.mark.parametrize(("lang", "words"), [("zh", "请求体"), ("en", "Scope of the key")])
def test_the_page_tells_of_every_operation_and_needs_nothing_from_elsewhere(
    told: Service, document: dict[str, Any], lang: str, words: str
) -> None:
    answer = told.client.get(f"/docs?lang={lang}", headers={"Authorization": ""})
    assert answer.status_code == 200
    assert "script-src 'self'" in answer.headers["content-security-policy"]
    assert words in answer.text
    assert len(answer.content) < 105_000
    elements = Elements(answer.text).found
    ids = [attributes["id"] for _, attributes in elements if "id" in attributes]
    assert len(ids) == len(set(ids))
    assert set(by_id(document)) <= set(ids)
    for tag, attributes in elements:
        assert tag not in ("script", "style", "iframe")
        assert not [name for name in attributes if name == "style" or name.startswith("on")]
        for name in ("href", "src"):
            target = attributes.get(name) or "/"
            assert target[0] in "/#?"
            assert not target.startswith("//")
            if target[0] == "#":
                assert target[1:] in ids
    for path, _, operation in operations(document):
        assert f"<code>{path}</code>" in answer.text
        assert operation["summary"].replace("'", "&#39;") in answer.text
