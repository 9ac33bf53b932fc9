"""What may stand in a log of what a request or a library says."""

from __future__ import annotations

import pytest

from service.core.text.masking import masked_path, masker

TOKEN = "Zk3-_f9AbCdEfGhIjKlMnO"  # 22 characters, as token_urlsafe(16) gives


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("key hzn_abc-DEF_1 is wrong", "key *** is wrong"),
        ("Authorization: Bearer s3cret", "Authorization: Bearer ***"),
        ("{'authorization': 'Bearer s3cret'}", "{'authorization': 'Bearer ***'}"),
        ("xoxb-1-2-abc and xapp-1-A-b", "*** and ***"),
        ("https://hooks.slack.com/services/T0/B0/abc failed", "https://hooks.slack.com/*** failed"),
        ("GET /sign-in?token=a-B_c&to=/ 200", "GET /sign-in?token=***&to=/ 200"),
        ("postgresql://ann:pass@host/db", "postgresql://***@host/db"),
        (f"/feeds/portfolio/{TOKEN}.ics?lang=en", "/feeds/portfolio/***.ics?lang=en"),
        ("/feeds/all/changes.xml", "/feeds/all/changes.xml"),
        ("2 events at http://127.0.0.1:8000/feeds/all.ics", None),
        ("ann@example.org at 10:30@home", None),
        ("horizon_session=a.b.c; other=1", "horizon_session=***; other=1"),
    ],
)
def test_secrets_of_a_known_form_are_hidden(text: str, told: str | None) -> None:
    assert masker()(text) == (told or text)


def test_the_settings_own_secrets_are_hidden_wherever_they_stand() -> None:
    mask = masker(["correct horse", "correct horse battery", ""])
    assert mask("a correct horse battery b correct horse") == "a *** b ***"


@pytest.mark.parametrize(
    ("path", "told"),
    [
        (f"/feeds/portfolio/{TOKEN}.ics", "/feeds/portfolio/***.ics"),
        (f"/feeds/portfolio/{TOKEN}/changes.xml", "/feeds/portfolio/***/changes.xml"),
        (f"/feeds//portfolio//{TOKEN}", "/feeds//portfolio//***"),
        (f"/feed/portfolio/{TOKEN}.ics", "/feed/portfolio/***.ics"),
        (f"/{TOKEN}", "/***"),
        ("/feeds/all/changes.xml", "/feeds/all/changes.xml"),
        ("/api/v1/events/the-event-of-a-very-long-name-2026", None),
        ("/a\r\nGET /b", "/a\\r\\nGET /b"),
        ("/" + "a" * 400, "/" + "a" * 299),
    ],
)
def test_no_path_gives_a_private_feed_away(path: str, told: str | None) -> None:
    assert masked_path(path) == (told or path)
