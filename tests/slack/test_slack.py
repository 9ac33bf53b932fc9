"""The Slack adapter against the stand-in: what each fault means, and that nothing leaks."""

from __future__ import annotations

import logging
import socket
import ssl
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import Any

import pytest
from slack_sdk import WebClient

from service.channels import slack as adapter
from service.channels.slack import (
    EVENT_TYPE,
    SCOPES,
    FailureKind,
    IncomingWebhook,
    Slack,
    SlackFailure,
)
from tests.slack.looking import Found, NotFound, find
from tests.slack.stand_in import FAULTS, HOOK, TOKEN, Fault, StandIn

PERMANENT, WAIT, UNKNOWN = FailureKind
TIMEOUT = 0.25


@dataclass(frozen=True)
class Note:
    text: str = "今天：一项"
    blocks: list[dict[str, Any]] = field(
        default_factory=lambda: [{"type": "section", "text": {"type": "mrkdwn", "text": "*一项*"}}]
    )


@pytest.fixture
def there() -> Iterator[StandIn]:
    with StandIn(scale=0.1, hang=10, late=3, retry_after=1.5) as stand_in:
        yield stand_in


def client(there: StandIn, **what: Any) -> Slack:
    return Slack(TOKEN, **{"api_url": there.api_url, "timeout": TIMEOUT, "list_age": 0, **what})


def failure(action: Callable[[], object]) -> SlackFailure:
    with pytest.raises(SlackFailure) as caught:
        action()
    return caught.value


def channel_id(there: StandIn, number: int = 0) -> str:
    return there.channel(f"channel-{number}").id


# ------------------------------------------------------------------ posting


def test_a_message_is_posted_with_its_key_and_without_unfurling(there: StandIn) -> None:
    posted = client(there).post("#channel-1", Note(), ["digest/team/2026-04-27"])
    assert posted.metadata_ok
    assert posted.channel_id == channel_id(there, 1)
    [message] = there.messages
    assert (posted.ts, "今天：一项") == (message.ts, message.text)
    assert message.blocks == Note().blocks
    assert message.metadata == {
        "event_type": "horizon_delivery",
        "event_payload": {"key": "digest/team/2026-04-27"},
    }
    sent = there.log[-1].arguments
    assert (sent["unfurl_links"], sent["unfurl_media"]) == (False, False)


def test_a_joined_message_carries_all_its_keys(there: StandIn) -> None:
    slack = client(there)
    slack.post("#channel-0", Note(), ["a/1", "b/2", "c/3"])
    assert there.messages[0].metadata is not None
    assert there.messages[0].metadata["event_payload"] == {"key": "a/1", "keys": "a/1\nb/2\nc/3"}
    for key in ("a/1", "b/2", "c/3"):
        assert isinstance(find(slack, "#channel-0", key, time.time() - 600), Found)
    assert find(slack, "#channel-0", "b/", time.time() - 600) == NotFound(complete=True)


MEANING = {
    "429": (WAIT, "ratelimited"),
    "ratelimited": (WAIT, "ratelimited"),
    "rate_limited": (WAIT, "rate_limited"),
    "500_before": (UNKNOWN, "internal_error"),
    "500_after": (UNKNOWN, "internal_error"),
    "502_before": (UNKNOWN, "http_502"),
    "502_after": (UNKNOWN, "http_502"),
    "503_before": (UNKNOWN, "service_unavailable"),
    "503_after": (UNKNOWN, "service_unavailable"),
    "504_before": (UNKNOWN, "http_504"),
    "504_after": (UNKNOWN, "http_504"),
    "internal_error_before": (UNKNOWN, "internal_error"),
    "internal_error_after": (UNKNOWN, "internal_error"),
    "fatal_error_before": (UNKNOWN, "fatal_error"),
    "fatal_error_after": (UNKNOWN, "fatal_error"),
    "request_timeout_before": (UNKNOWN, "request_timeout"),
    "request_timeout_after": (UNKNOWN, "request_timeout"),
    "unavailable_before": (UNKNOWN, "service_unavailable"),
    "unavailable_after": (UNKNOWN, "service_unavailable"),
    "cut_before": (UNKNOWN, "connection_cut"),
    "cut_after": (UNKNOWN, "connection_cut"),
    "cut_midway": (UNKNOWN, "connection_cut"),
    "cut_orderly": (UNKNOWN, "connection_cut"),
    "hang_before": (UNKNOWN, "timed_out"),
    "hang_after": (UNKNOWN, "timed_out"),
    "drip": (UNKNOWN, "timed_out"),
    "not_json_before": (UNKNOWN, "unreadable_answer"),
    "not_json_after": (UNKNOWN, "unreadable_answer"),
    "not_an_object": (UNKNOWN, "unreadable_answer"),
    "empty": (UNKNOWN, "unreadable_answer"),
    "redirect": (UNKNOWN, "http_302"),
    "late_504": (UNKNOWN, "http_504"),
    "late_cut": (UNKNOWN, "connection_cut"),
    "late_hang": (UNKNOWN, "timed_out"),
    "late_internal_error": (UNKNOWN, "internal_error"),
}


def test_every_fault_has_its_meaning_written_down() -> None:
    assert set(MEANING) == set(FAULTS) - {"metadata_dropped"}


@pytest.mark.parametrize("fault", MEANING)
def test_what_each_fault_means(there: StandIn, fault: str) -> None:
    """One request each, whatever happens: nothing in between tries again. A wait says that nothing
    was taken; unclear is whatever was taken, and whatever may have been."""
    there.script("chat.postMessage", fault)
    slack = client(there)
    met = failure(lambda: slack.post(channel_id(there), Note(), ["k"]))
    assert (met.kind, met.error) == MEANING[fault]
    assert (met.retry_after is not None) is (met.kind is WAIT)
    assert met.__context__ is None  # it drags along nothing of the SDK's
    if met.kind is WAIT:
        assert met.retry_after == pytest.approx(0.15)
    assert [entry.method for entry in there.log] == ["chat.postMessage"]
    assert there.settled(5)
    assert there.accepted("k") == (FAULTS[fault].accept != "no")
    if met.kind is not UNKNOWN:
        assert there.accepted("k") == 0


def test_metadata_that_slack_dropped_is_noticed(there: StandIn) -> None:
    there.script("chat.postMessage", "metadata_dropped")
    slack = client(there)
    assert not slack.post("#channel-0", Note(), ["k"]).metadata_ok
    assert find(slack, "#channel-0", "k", time.time() - 600) == NotFound(complete=True)
    assert there.accepted("k") == 1


@pytest.mark.parametrize(
    ("status", "word", "kind"),
    [
        (200, "channel_not_found", PERMANENT),
        (200, "not_in_channel", PERMANENT),
        (200, "is_archived", PERMANENT),
        (200, "invalid_auth", PERMANENT),
        (200, "missing_scope", PERMANENT),
        (200, "msg_too_long", PERMANENT),
        (200, "msg_blocks_too_long", PERMANENT),
        (200, "invalid_blocks", PERMANENT),
        (200, "metadata_too_large", PERMANENT),
        (200, "message_limit_exceeded", WAIT),
        (200, "a_word_of_next_year", UNKNOWN),
        (200, "unreadable_answer", UNKNOWN),
        (503, "channel_not_found", UNKNOWN),
        (500, "ratelimited", UNKNOWN),
        (429, "internal_error", WAIT),
        (429, "http_429", WAIT),
        (403, "http_403", PERMANENT),
        (404, "no_service", PERMANENT),
        (410, "channel_is_archived", PERMANENT),
        (400, "internal_error", UNKNOWN),
        (408, "http_408", UNKNOWN),
        (409, "http_409", UNKNOWN),
        (302, "http_302", UNKNOWN),
        (204, "http_204", UNKNOWN),
    ],
)
def test_status_and_word(status: int, word: str, kind: FailureKind) -> None:
    assert adapter._kind(status, word) is kind


def test_no_word_is_in_two_tables() -> None:
    assert not adapter._PERMANENT & adapter._WAIT
    assert not adapter._PERMANENT & adapter._UNKNOWN
    assert not adapter._WAIT & adapter._UNKNOWN


@pytest.mark.parametrize(
    ("text", "seconds"),
    [("30", 30), ("0", 0), ("0.150", 0.15), ("", None), ("soon", None), ("-3", None),
     ("inf", None), ("nan", None), ("Wed, 21 Oct 2026 07:28:00 GMT", None), ("9999999", None)],
)  # fmt: skip
def test_retry_after(text: str, seconds: float | None) -> None:
    assert adapter._retry_after({"RETRY-after": text}) == seconds


def test_what_never_left_this_machine_was_not_delivered(monkeypatch: pytest.MonkeyPatch) -> None:
    with socket.create_server(("127.0.0.1", 0)) as closed:
        url = f"http://127.0.0.1:{closed.getsockname()[1]}/api/"
    met = failure(lambda: Slack(TOKEN, api_url=url).post("C00000000", Note(), ["k"]))
    assert (met.kind, met.error) == (WAIT, "connection_refused")

    def nowhere(*_: object, **__: object) -> None:
        raise socket.gaierror(-2, "Name or service not known")

    monkeypatch.setattr(socket, "getaddrinfo", nowhere)
    for variable in ("https_proxy", "HTTPS_PROXY", "http_proxy", "HTTP_PROXY", "all_proxy"):
        monkeypatch.delenv(variable, raising=False)
    met = failure(lambda: Slack(TOKEN).post("C00000000", Note(), ["k"]))
    assert (met.kind, met.error) == (WAIT, "host_not_found")
    met = adapter._broken(ssl.SSLCertVerificationError("self-signed"))
    assert (met.kind, met.error) == (WAIT, "certificate_not_trusted")
    # But a TLS connection that broke may have carried the request.
    assert adapter._broken(ssl.SSLEOFError("EOF")).kind is UNKNOWN


def test_what_cannot_be_a_request_is_refused_here(there: StandIn) -> None:
    bad = Note(blocks=[{"type": "section", "text": object()}])
    assert failure(lambda: client(there).post("C00000000", bad, ["k"])).error == "invalid_blocks"
    for token in ("", "xoxb-with\nnewline", "xoxb-ünicode", "two words"):
        slack = Slack(token, api_url=there.api_url)
        met = failure(lambda slack=slack: slack.post("C00000000", Note(), ["k"]))
        assert (met.kind, met.error) == (PERMANENT, "invalid_auth")
    for url in (
        "file:///etc/",
        "ftp://127.0.0.1/",
        "http://a b/",
        "slack.com",
        "http://[",
        "http:",
    ):
        for action in (
            lambda url=url: Slack(TOKEN, api_url=url).post("C00000000", Note(), ["k"]),
            lambda url=url: IncomingWebhook(url).post(Note()),
        ):
            assert failure(action).kind is PERMANENT, url
    assert not there.log


def test_a_failure_while_the_channel_is_looked_up_delivered_nothing(there: StandIn) -> None:
    for fault in ("500_before", "cut_before", "hang_before", "fatal_error_before", "empty"):
        there.script("conversations.list", fault)
        met = failure(lambda: client(there).post("#channel-0", Note(), ["k"]))
        assert met.kind is WAIT, fault
    assert "chat.postMessage" not in there.ledger().requests
    there.script("conversations.list", "429")
    assert failure(lambda: client(there).post("#channel-0", Note(), ["k"])).retry_after is not None


def test_several_threads_may_use_one_client(there: StandIn) -> None:
    slack = client(there, timeout=10)
    with ThreadPoolExecutor(8) as pool:
        list(pool.map(lambda n: slack.post(f"#channel-{n % 3}", Note(), [f"k/{n}"]), range(24)))
    assert there.ledger().accepted == {f"k/{n}": 1 for n in range(24)}


# ------------------------------------------------------------------ looking


def test_a_message_is_found_on_the_last_of_many_pages(there: StandIn) -> None:
    slack = client(there)
    oldest = time.time() - 600
    posted = slack.post("#channel-0", Note(), ["k"])
    for number in range(40):
        there.say("channel-0", f"chatter {number}")
    assert find(slack, "#channel-0", "k", oldest) == Found(posted.ts)
    assert there.ledger().requests["conversations.history"] == 3
    assert find(slack, posted.channel_id, "other", oldest) == NotFound(complete=True)
    assert there.ledger().requests["conversations.history"] == 6
    read = slack.delivered("#channel-0", oldest)
    assert (read.keys, read.complete) == ({"k": posted.ts}, True)


def test_it_is_looked_for_in_its_channel_and_its_time_only(there: StandIn) -> None:
    slack = client(there)
    slack.post("#channel-0", Note(), ["k"])
    assert find(slack, "#channel-1", "k", time.time() - 600) == NotFound(complete=True)
    assert find(slack, "#channel-0", "k", time.time() + 5) == NotFound(complete=True)
    assert isinstance(find(slack, "#channel-0", "k", -5), Found)


def test_a_lagging_history_shows_nothing_at_first(there: StandIn) -> None:
    there.config.lag = 2
    slack = client(there)
    slack.post("#channel-0", Note(), ["k"])
    assert find(slack, "#channel-0", "k", time.time() - 600) == NotFound(complete=True)
    time.sleep(0.22)
    assert isinstance(find(slack, "#channel-0", "k", time.time() - 600), Found)


@pytest.mark.parametrize(
    "metadata",
    [
        {"event_type": "somebody_elses", "event_payload": {"key": "k"}},
        {"event_type": EVENT_TYPE},
        {"event_type": EVENT_TYPE, "event_payload": ["k"]},
        {"event_type": EVENT_TYPE, "event_payload": {"key": {"k": 1}, "keys": 5}},
        {"event_type": EVENT_TYPE, "event_payload": {"key": "k/longer", "keys": "x\nk/longer\n"}},
    ],
)
def test_other_metadata_is_no_delivery(there: StandIn, metadata: dict[str, Any]) -> None:
    there.say("channel-0", metadata=metadata)
    assert find(client(there), "#channel-0", "k", 0) == NotFound(complete=True)


@pytest.mark.parametrize("fault", [f for f in MEANING if FAULTS[f].accept == "no"])
def test_a_fault_on_any_page_is_a_failure_and_never_not_found(there: StandIn, fault: str) -> None:
    slack = client(there, patience=0)
    for number in range(20):
        there.say("channel-0", f"chatter {number}")
    for before in ([], [None]):
        there.script("conversations.history", *before, fault)
        met = failure(lambda: find(slack, channel_id(there), "k", time.time() - 600))
        assert (met.kind, met.error) == MEANING[fault]


def test_the_rate_limit_between_pages_is_waited_for(there: StandIn) -> None:
    """Read anew from its beginning, a long history would meet the same limit for ever."""
    for number in range(40):
        there.say("channel-0", f"chatter {number}")
    there.script("conversations.history", None, "429", None, "ratelimited", "429")
    slack, began = client(there), time.monotonic()
    assert find(slack, channel_id(there), "k", 0) == NotFound(complete=True)
    assert time.monotonic() - began >= 0.45
    there.script("conversations.history", None, "429", "429")
    met = failure(lambda: find(client(there, patience=0.2), channel_id(there), "k", 0))
    assert met.kind is WAIT
    there.quiet()
    there.script("conversations.history", "429")
    assert failure(lambda: find(slack, channel_id(there), "k", 0)).kind is WAIT


def test_a_history_that_does_not_end_was_not_read_to_its_end(
    there: StandIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    slack = client(there)

    def answers(answer: dict[str, Any]) -> None:
        monkeypatch.setattr(slack, "_call", lambda *_, **__: answer)

    answers({"messages": [], "has_more": True})
    assert find(slack, "C00000000", "k", 0) == NotFound(complete=False)
    assert not slack.delivered("C00000000", 0).complete
    answers({"messages": [], "has_more": True, "response_metadata": {"next_cursor": "same"}})
    assert failure(lambda: find(slack, "C00000000", "k", 0)).kind is UNKNOWN
    answers({"messages": "none"})
    assert failure(lambda: find(slack, "C00000000", "k", 0)).kind is UNKNOWN


@pytest.mark.parametrize("skew", [-1200, 1200])
def test_clocks_that_differ_hide_nothing(there: StandIn, skew: float) -> None:
    """This machine's clock is 20 minutes ahead of Slack's: ten minutes before the attempt is later
    than the message. The Date of Slack's answers tells how far it is off."""
    there.config.skew = skew
    oldest = time.time() - 600
    posted = client(there).post("#channel-0", Note(), ["k"])
    assert find(client(there), "#channel-0", "k", oldest) == Found(posted.ts)  # a new process
    assert find(client(there), channel_id(there), "k", oldest) == Found(posted.ts)
    assert find(client(there), channel_id(there), "other", oldest) == NotFound(complete=True)


# ------------------------------------------------------------------ channels and the token


def test_names_become_ids_and_public_channels_are_joined(there: StandIn) -> None:
    there.config.list_page = 2
    public = there.add("public", member=False)
    private = there.add("private", private=True)
    there.add("hidden", private=True, member=False)
    slack = client(there)
    assert slack.channel_id("#Public") == public.id == slack.channel_id("public")
    assert public.member
    assert slack.channel_id("#private") == private.id
    assert slack.channel_id("C99999999") == "C99999999"
    requests = there.ledger().requests
    assert requests["conversations.join"] == 1
    assert requests["conversations.list"] == 6  # twice three pages: what is joined stays known
    for name in ("#hidden", "#nowhere"):
        met = failure(lambda name=name: slack.channel_id(name))
        assert (met.kind, met.error) == (PERMANENT, "channel_not_found")


def test_many_rows_for_an_unknown_channel_are_one_list(there: StandIn) -> None:
    slack = client(there, list_age=60)
    for _ in range(20):
        failure(lambda: slack.post("#nowhere", Note(), ["k"]))
    assert there.ledger().requests == {"conversations.list": 1}


def test_channels_go_and_come_back(there: StandIn) -> None:
    slack = client(there)
    slack.post("#channel-0", Note(), ["k/1"])
    for what, error in (
        ({"archived": True}, "is_archived"),
        ({"gone": True}, "channel_not_found"),
        ({"member": False}, "not_in_channel"),
    ):
        for name, value in what.items():
            setattr(there.channel("channel-0"), name, value)
        met = failure(lambda: slack.post("#channel-0", Note(), ["k/2"]))
        assert (met.kind, met.error) == (PERMANENT, error)
        if error != "not_in_channel":
            # Looked up anew, it is still so.
            assert failure(lambda: slack.post("#channel-0", Note(), ["k/2"])).error == error
        for name, value in what.items():
            if name != "member":
                setattr(there.channel("channel-0"), name, not value)
        slack.post("#channel-0", Note(), [f"k/{error}"])  # and joins it where it was put out
        assert there.accepted(f"k/{error}") == 1
    assert there.accepted("k/2") == 0


def test_an_archived_channel_gives_its_name_free(there: StandIn) -> None:
    slack = client(there)
    slack.post("#channel-0", Note(), ["k/1"])
    there.channel("channel-0").archived = True
    new = there.add("channel-0")
    assert failure(lambda: slack.post("#channel-0", Note(), ["k/2"])).error == "is_archived"
    assert slack.post("#channel-0", Note(), ["k/2"]).channel_id == new.id


def test_a_channel_that_cannot_be_joined_or_read(there: StandIn) -> None:
    there.config.scopes = "chat:write,channels:read"
    there.add("public", member=False)
    met = failure(lambda: client(there).post("#public", Note(), ["k"]))
    assert (met.kind, met.error) == (PERMANENT, "missing_scope")
    met = failure(lambda: find(client(there), "#channel-0", "k", 0))
    assert (met.kind, met.error) == (PERMANENT, "missing_scope")


def test_membership_is_told_and_not_changed(there: StandIn) -> None:
    there.add("public", member=False)
    slack = client(there, list_age=60)
    seen = slack.membership("#public")
    assert (seen.member, seen.private, seen.archived, seen.name) == (False, False, False, "public")
    assert slack.membership(seen.channel_id) == seen
    there.channel("public").member = True
    assert slack.membership("#public").member
    assert "conversations.join" not in there.ledger().requests
    assert failure(lambda: slack.membership("C99999999")).error == "channel_not_found"


def test_what_stands_against_posting_once_is_told_for_each_channel(there: StandIn) -> None:
    there.add("in", private=True)
    there.add("open", member=False)
    there.add("closed", archived=True)
    names = ["#in", "#open", "#closed", "#none", there.channel("in").id]
    slack = client(there)
    expected = ["", "", "is_archived", "channel_not_found", ""]
    assert slack.obstacles(names) == dict(zip(names, expected, strict=True))
    assert "conversations.join" not in there.ledger().requests
    slack.channel_id("#in")
    lists = there.ledger().requests["conversations.list"]
    assert slack.obstacles(["#in"]) == {"#in": ""}  # known by now: the list is not read anew
    assert there.ledger().requests["conversations.list"] == lists
    there.config.scopes = there.config.scopes.replace("channels:join", "")
    assert slack.obstacles(["#open"]) == {"#open": "not_in_channel"}
    there.config.scopes = there.config.scopes.replace("groups:history", "")
    assert slack.obstacles(["#in", "#open"]) == {"#in": "missing_scope", "#open": "not_in_channel"}
    for method in ("auth.test", "conversations.list", "conversations.info"):
        there.script(method, "500_before")
        assert failure(lambda: slack.obstacles(["#open", "#in"])).kind is UNKNOWN
    another = Slack("xoxb-another", api_url=there.api_url)
    assert another.obstacles(["#in"]) == {"#in": "invalid_auth"}


def test_the_token_says_who_it_is_and_what_it_may(there: StandIn) -> None:
    identity = client(there).check()
    assert (identity.team, identity.user, identity.bot_id) == ("Stand-in", "horizon", "B0HORIZON")
    assert identity.scopes >= set(SCOPES)
    there.config.scopes = "chat:write, channels:read"
    assert client(there).check().scopes.isdisjoint(SCOPES[2:])
    for fault in ("429", "500_before", "cut_before", "hang_before", "not_json_before"):
        there.script("auth.test", fault)
        assert failure(client(there).check).kind is MEANING[fault][0]
    met = failure(Slack("xoxb-another", api_url=there.api_url).check)
    assert (met.kind, met.error) == (PERMANENT, "invalid_auth")


# ------------------------------------------------------------------ the webhook


def test_a_webhook_posts(there: StandIn) -> None:
    IncomingWebhook(there.hook_url).post(Note())
    assert [message.text for message in there.messages] == ["今天：一项"]
    assert there.log[-1].arguments["unfurl_links"] is False


@pytest.mark.parametrize("fault", [f for f in MEANING if f != "drip"])
def test_what_each_fault_means_for_a_webhook(there: StandIn, fault: str) -> None:
    there.script("webhook", fault)
    met = failure(lambda: IncomingWebhook(there.hook_url, timeout=TIMEOUT).post(Note()))
    kind = MEANING[fault][0]
    if FAULTS[fault].answer.startswith("error:"):
        kind = UNKNOWN  # a webhook does not answer in JSON
    assert met.kind is kind
    assert there.settled(5)
    assert len(there.messages) == (FAULTS[fault].accept != "no")
    assert len(there.log) == 1


def test_a_webhook_that_refuses(there: StandIn) -> None:
    met = failure(lambda: IncomingWebhook(there.hook_url).post(Note(text="", blocks=[])))
    assert (met.kind, met.error) == (PERMANENT, "no_text")
    met = failure(lambda: IncomingWebhook(there.hook_url).post(Note(blocks=[{"text": object()}])))
    assert (met.kind, met.error) == (PERMANENT, "invalid_blocks")
    met = failure(lambda: IncomingWebhook(there.address + "/services/other").post(Note()))
    assert met.kind is UNKNOWN  # JSON with 200 is not what a webhook says


# ------------------------------------------------------------------ secrets and the network


def everything_of(fault: BaseException) -> str:
    """What a careless logger could write of an exception: itself and whatever it drags along."""
    seen, text = set(), ""
    while fault is not None and id(fault) not in seen:
        seen.add(id(fault))
        text += f"{fault} {fault!r} {fault.args} {vars(fault)}"
        fault = fault.__cause__ or fault.__context__  # type: ignore[assignment]
    return text


def test_no_secret_is_in_an_error_a_repr_or_a_log(
    there: StandIn, caplog: pytest.LogCaptureFixture, capfd: pytest.CaptureFixture[str]
) -> None:
    """The process logs everything, SDK included, and every fault happens to every method."""
    hook_secret = HOOK.rpartition("/")[2]
    caplog.set_level(logging.DEBUG)
    caplog.set_level(logging.DEBUG, "slack_sdk")
    text = ""
    for fault in FAULTS:
        if fault in ("drip", "hang_before", "late_hang"):
            continue
        there.script("chat.postMessage", fault)
        there.script("conversations.history", fault)
        there.script("webhook", fault)
        slack, hook = client(there), IncomingWebhook(there.hook_url, timeout=TIMEOUT)
        text += repr(slack) + repr(hook)
        for action in (
            lambda slack=slack: slack.post(channel_id(there), Note(), ["k"]),
            lambda slack=slack: find(slack, channel_id(there), "k", 0),
            lambda hook=hook: hook.post(Note()),
        ):
            try:
                action()
            except SlackFailure as met:
                text += everything_of(met)
    # A front end that quotes the request, and a token that http.client would quote.
    there.script("chat.postMessage", Fault("no", f"error:bad {TOKEN}"))
    text += everything_of(failure(lambda: client(there).post("C00000000", Note(), ["k"])))
    text += everything_of(failure(Slack(f"{TOKEN}\nx", api_url=there.api_url).check))
    text += "".join(capfd.readouterr())
    text += caplog.text
    assert TOKEN not in text
    assert hook_secret not in text
    assert "Failed to send a request" not in text  # the SDK itself is not heard at all


def test_a_bare_sdk_client_would_have_leaked(
    there: StandIn, caplog: pytest.LogCaptureFixture
) -> None:
    """The test above bites: the SDK's own exceptions hold the token, and its log the whole message."""
    caplog.set_level(logging.DEBUG)
    bare = WebClient(TOKEN, base_url=there.api_url, retry_handlers=[])
    there.script("chat.postMessage", "503_before")
    with pytest.raises(Exception, match="server responded") as caught:
        bare.chat_postMessage(channel="C00000000", text="message text")
    assert TOKEN in str(caught.value.response.req_args)  # type: ignore[attr-defined]
    assert "message text" in caplog.text


def test_a_redirect_takes_the_token_nowhere(there: StandIn) -> None:
    there.script("chat.postMessage", "redirect")
    failure(lambda: client(there).post(channel_id(there), Note(), ["k"]))
    assert "elsewhere" not in there.ledger().requests


def test_proxies_are_used_as_everywhere_else(
    there: StandIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The SDK would send everything through HTTPS_PROXY, loopback and NO_PROXY included."""
    dead = "http://127.0.0.1:9"
    for variable in ("https_proxy", "HTTPS_PROXY", "http_proxy", "HTTP_PROXY"):
        monkeypatch.setenv(variable, dead)
    monkeypatch.delenv("NO_PROXY", raising=False)
    monkeypatch.delenv("no_proxy", raising=False)
    client(there).post(channel_id(there), Note(), ["loopback"])
    IncomingWebhook(there.hook_url).post(Note())
    monkeypatch.setenv("http_proxy", there.address)
    there.script("chat.postMessage", None)
    slack = client(there, api_url="http://slack.invalid/api/")
    slack.post(channel_id(there), Note(), ["through the proxy"])
    assert there.accepted("through the proxy") == 1
    monkeypatch.setenv("no_proxy", "slack.invalid")
    met = failure(lambda: slack.post(channel_id(there), Note(), ["k"]))
    assert (met.kind, met.error) == (WAIT, "host_not_found")


def test_the_private_method_of_the_sdk_is_still_there() -> None:
    """`_Client` replaces it. If an update renames it, retries stay off, but the SDK's own way with
    redirects, proxies and endless answers is back."""
    assert hasattr(WebClient, "_perform_urllib_http_request_internal")
    assert "_perform_urllib_http_request_internal" in vars(adapter._Client)
