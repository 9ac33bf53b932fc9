"""Signing in and out, and what keeps others from sending a member's forms."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest

from service.core.access import sign_in as core
from service.errors import Unauthorized
from service.operations import keys, sign_in
from service.operations.keys import Scope
from service.serving import sign_in_lines
from service.store import Store
from service.store.backup import backup
from tests.web.conftest import Service, serving, settings
from tests.web.pages.signing import HTML, Forms, signed_in


def cookie(service: Service) -> str | None:
    return service.client.cookies.get("horizon_session")


def test_a_key_becomes_a_session_that_scripts_cannot_read(service: Service) -> None:
    key = service.key("write")["Authorization"].removeprefix("Bearer ")
    page = service.client.get("/sign-in?to=/add")
    assert "HttpOnly" in page.headers["set-cookie"]
    assert "SameSite=strict" in page.headers["set-cookie"]
    form = Forms(page.text).found["/sign-in"]
    answer = service.client.post("/sign-in", data={**form, "key": key}, follow_redirects=False)
    assert (answer.status_code, answer.headers["location"]) == (303, "/add")
    given = answer.headers["set-cookie"]
    assert "HttpOnly" in given
    assert "SameSite=lax" in given
    assert key not in given


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_it_says_how_to_get_in_without_a_terminal(service: Service, lang: str) -> None:
    """Of a service in a container, or started by systemd, it named a command that is not on PATH there,
    and a link that nobody saw."""
    for page in (f"/sign-in?lang={lang}", f"/add?lang={lang}"):
        text = service.client.get(page, headers=HTML).text
        for way in (
            "data/admin-key",
            "docker exec",
            ".venv/bin/horizon",
            "/opt/horizon/bin/horizon",
        ):
            assert way in text


def test_over_https_the_cookie_travels_over_https_alone(tmp_path: Path) -> None:
    for service in serving(settings(tmp_path, base_url="https://calendar.example.org")):
        assert "Secure" in service.client.get("/sign-in").headers["set-cookie"]


def test_a_wrong_key_signs_nobody_in(service: Service) -> None:
    form = Forms(service.client.get("/sign-in").text).found["/sign-in"]
    answer = service.client.post("/sign-in", data={**form, "key": "hzn_wrong"})
    assert answer.status_code == 401
    assert "没有这个密钥" in answer.text
    assert cookie(service) is None


@pytest.mark.parametrize(
    "target",
    ["//evil.example", "https://evil.example", "/\\evil.example", "javascript:x", "/a\r\nb"],
)
def test_signing_in_never_leads_elsewhere(service: Service, target: str) -> None:
    key = service.key("read")["Authorization"].removeprefix("Bearer ")
    form = Forms(service.client.get("/sign-in").text).found["/sign-in"]
    answer = service.client.post(
        "/sign-in", data={**form, "key": key, "to": target}, follow_redirects=False
    )
    assert answer.headers["location"] == "/"


def test_signing_out_ends_it(service: Service) -> None:
    member = signed_in(service)
    assert "/sign-out" in member.forms("/")
    member.sign_out()
    assert cookie(service) is None
    assert "/sign-out" not in Forms(service.client.get("/").text).found


def test_a_revoked_key_ends_its_sessions(service: Service) -> None:
    signed_in(service)
    assert service.client.get("/events/rules/edit").status_code == 200
    keys.revoke(service.horizon.store, "test-write", service.now)
    assert service.client.get("/events/rules/edit").status_code == 401
    service.key("write")  # a new key of that name is another key
    assert service.client.get("/events/rules/edit").status_code == 401


def test_a_session_is_over_after_two_weeks(service: Service) -> None:
    signed_in(service)
    service.now += core.LASTS - timedelta(seconds=1)
    assert service.client.get("/events/rules/edit").status_code == 200
    service.now += timedelta(seconds=1)
    assert service.client.get("/events/rules/edit").status_code == 401


@pytest.mark.parametrize(
    ("form", "headers"),
    [
        ("", {}),
        ("made-up", {}),
        (None, {"Sec-Fetch-Site": "cross-site"}),
        (None, {"Sec-Fetch-Site": "same-site"}),
    ],
)
def test_a_form_that_another_page_sent_changes_nothing(
    service: Service, form: str | None, headers: dict[str, str]
) -> None:
    member = signed_in(service)
    fields = member.forms("/events/rules")["/events/rules/withdraw"]
    if form is not None:
        fields["form"] = form
    answer = service.client.post("/events/rules/withdraw", data=fields, headers={**HTML, **headers})
    assert answer.status_code == 403
    assert service.client.get("/api/v1/events/rules").status_code == 200


def test_the_token_of_one_session_is_worth_nothing_in_another(service: Service) -> None:
    member = signed_in(service)
    old = member.forms("/events/rules")["/events/rules/withdraw"]
    member.sign_out()
    service.now += timedelta(hours=1)
    again = signed_in(service, "admin")
    assert again.post("/events/rules/withdraw", old).status_code == 403


def test_a_session_writes_by_forms_alone_and_not_by_the_api(service: Service) -> None:
    signed_in(service)
    answer = service.client.post("/api/v1/events", json={"title": "x", "when": "2026-05"})
    assert answer.status_code == 401


def test_a_link_signs_in_once(service: Service) -> None:
    token = sign_in.new_link(service.horizon.store, service.now)
    other = sign_in.new_link(service.horizon.store, service.now)
    path = f"/sign-in?token={token}"
    page = service.client.get(path)
    page = service.client.get(path)  # who looks at it does not use it up
    form = Forms(page.text).found["/sign-in"]
    assert form["link"] == token
    answer = service.client.post("/sign-in", data=form, follow_redirects=False)
    assert answer.status_code == 303
    assert service.client.get("/events/rules/edit").status_code == 200
    service.client.cookies.clear()
    assert "已用过或已过期" in service.client.get(path).text
    form = {**Forms(service.client.get("/sign-in").text).found["/sign-in"], "link": token}
    assert service.client.post("/sign-in", data=form).status_code == 401
    service.now += core.LINK_LASTS
    assert "已用过或已过期" in service.client.get(f"/sign-in?token={other}").text


def test_serve_shows_a_link_at_a_terminal_alone(service: Service) -> None:
    assert list(sign_in_lines(service.horizon, terminal=False)) == []
    _, line = sign_in_lines(service.horizon, terminal=True)
    path = line.strip().removeprefix("http://127.0.0.1:8000")
    assert Forms(service.client.get(path).text).found["/sign-in"]["link"] == path.partition("=")[2]


def test_where_reading_needs_a_key_a_browser_is_asked_to_sign_in(tmp_path: Path) -> None:
    for service in serving(settings(tmp_path, public_read=False)):
        answer = service.client.get("/timeline?kind=launch", headers=HTML)
        assert answer.status_code == 401
        assert 'name="to" value="/timeline?kind=launch"' in answer.text
        assert "百度" not in answer.text
        signed_in(service, "read")
        for path in ("/", "/timeline", "/events/rules.ics", "/feeds/all.ics", "/note.txt"):
            assert service.client.get(path).status_code == 200, path


def test_the_settings_own_key_signs_in_as_long_as_it_is_set(tmp_path: Path) -> None:
    for service in serving(settings(tmp_path, admin_key="k" * 32)):
        held = sign_in.by_key(service.horizon.store, "k" * 32, "k" * 32, service.now)
        store = service.horizon.store
        assert sign_in.who(store, held, "k" * 32, service.now) == keys.Caller("admin", Scope.ADMIN)
        assert sign_in.who(store, held, "other" * 8, service.now) is None
        assert sign_in.who(store, held, None, service.now) is None


@pytest.mark.parametrize(
    "text", ["", "a.b.c", "link.99999999999.x", "key:a.1", "ü" * 300, "link..", "\0"]
)
def test_a_cookie_that_is_none_of_ours_is_nobodys(
    store: Store, service: Service, text: str
) -> None:
    sign_in.secret(store, service.now)
    assert sign_in.who(store, text, None, service.now) is None
    forged = core.sealed("guessed", "link", "", service.now + timedelta(days=1))
    assert sign_in.who(store, forged, None, service.now) is None


def test_a_backup_has_nothing_that_makes_sessions(service: Service, tmp_path: Path) -> None:
    held = sign_in.by_link(
        service.horizon.store, sign_in.new_link(service.horizon.store, service.now), service.now
    )
    secret = sign_in.secret(service.horizon.store, service.now)
    backup(service.horizon.store, tmp_path / "copy.db", service.now)
    data = (tmp_path / "copy.db").read_bytes()
    assert secret.encode() not in data
    assert held.encode() not in data


def test_signing_out_ends_the_session_for_copies_of_its_cookie_too(service: Service) -> None:
    member = signed_in(service)
    copy = service.client.cookies["horizon_session"]
    assert member.post("/sign-out", member.forms("/")["/sign-out"]).status_code == 303
    service.client.cookies.set("horizon_session", copy)
    assert service.client.get("/add", headers=HTML).status_code == 401
    assert sign_in.who(service.horizon.store, copy, None, service.now) is None


def test_one_command_ends_every_session_and_link(service: Service) -> None:
    store, now = service.horizon.store, service.now
    by_link = sign_in.by_link(store, sign_in.new_link(store, now), now)
    by_key = sign_in.by_key(store, keys.create(store, "me", keys.Scope.WRITE, now), None, now)
    link = sign_in.new_link(store, now)
    assert sign_in.who(store, by_link, None, now)
    assert sign_in.who(store, by_key, None, now)
    sign_in.end_all(store, now)
    assert sign_in.who(store, by_link, None, now) is None
    assert sign_in.who(store, by_key, None, now) is None
    with pytest.raises(Unauthorized):
        sign_in.by_link(store, link, now)
