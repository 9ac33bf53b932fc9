"""Each channel against its stand-in, which checks signature, size and form as the real one does."""

from __future__ import annotations

import base64
import hmac
import json
import socket
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from email import message_from_bytes
from email.policy import default
from ipaddress import ip_network
from itertools import product
from typing import Any

import pytest
import standardwebhooks

from service.channels import dingtalk, feishu, kinds, webhook
from service.channels.channel import Channel, Outcome
from service.channels.http import Http, HttpAnswer, retry_after
from service.channels.specs import Tools
from service.core.alerts.deliveries import HandedOver, Refused, Sent, Unknown, Wait
from service.core.alerts.markdown import escape
from service.core.alerts.message import (
    Message,
    Paragraph,
    Span,
    TextRow,
    marked_as_repeat,
    read,
    write,
)
from service.errors import InvalidInput
from tests.channels.saying import BASE, long_digest, message
from tests.channels.stand_in import DING_SECRET, FEISHU_SECRET, HOOK_SECRET, KINDS, SECRETS, StandIn

WEB = tuple(kind for kind in KINDS if kind != "mail")
NOW = datetime(2026, 5, 13, 0, 30, tzinfo=UTC)


@pytest.fixture
def stand_in() -> Iterator[StandIn]:
    with StandIn() as made:
        yield made


def send(
    channel: Channel, said: Message | None = None, key: str = "reminder/r/e/2026/P7D"
) -> Outcome:
    assert channel.ready() is None
    rendered = channel.render(said or message()).rendered
    return channel.send(rendered, [key], datetime.now(UTC))


@pytest.mark.parametrize("kind", KINDS)
def test_what_a_channel_sends_is_taken(stand_in: StandIn, kind: str) -> None:
    outcome = send(stand_in.connect(kind))
    assert isinstance(outcome, HandedOver if kind == "mail" else Sent)
    assert (stand_in.count("message 1", kind), stand_in.wrong) == (1, [])


@pytest.mark.parametrize(("kind", "lang"), list(product(KINDS, ("zh", "en"))))
def test_a_digest_of_450_is_cut_to_fit_and_says_how_many_are_left_out(
    stand_in: StandIn, kind: str, lang: str
) -> None:
    channel, said = stand_in.connect(kind), long_digest(450, lang)
    outcome = send(channel, said)
    assert isinstance(outcome, Sent | HandedOver)
    assert stand_in.wrong == []
    told = channel.render(said)
    assert told.says is not None
    shown = sum(len(part.items) for part in told.says.parts)
    hidden = sum(part.hidden for part in told.says.parts)
    assert shown + hidden == 450
    if kind not in ("hook", "mail"):
        assert hidden > 0
        assert said.more(hidden) in json.dumps(told.rendered, ensure_ascii=False)


@pytest.mark.parametrize("kind", KINDS)
def test_the_longest_message_about_one_event_fits_too(stand_in: StandIn, kind: str) -> None:
    rows = tuple(TextRow((Span("长" * 300, bold=not n),)) for n in range(30))
    outcome = send(stand_in.connect(kind), Message("zh", f"{BASE}/", (Paragraph(rows),)))
    assert isinstance(outcome, Sent | HandedOver)
    assert stand_in.wrong == []


@pytest.mark.parametrize("kind", WEB)
@pytest.mark.parametrize(
    ("fault", "meaning"),
    [
        ("429", Wait),
        ("busy", Wait),
        ("500_before", Unknown),
        ("503_after", Unknown),
        ("cut_before", Unknown),
        ("cut_after", Unknown),
        ("hang_before", Unknown),
        ("hang_after", Unknown),
        ("refused", Refused),
    ],
)
def test_every_fault_is_told_by_what_it_means_for_the_message(
    stand_in: StandIn, kind: str, fault: str, meaning: type
) -> None:
    stand_in.script(kind, fault)
    assert isinstance(send(stand_in.connect(kind)), meaning)
    assert stand_in.count("message 1") == fault.endswith("_after")


def test_200_that_cannot_be_read_is_unclear_but_to_a_receiver_every_2xx_is_a_receipt(
    stand_in: StandIn,
) -> None:
    for kind in WEB:
        stand_in.script(kind, "not_json_after")
        meaning = Sent if kind == "hook" else Unknown
        assert isinstance(send(stand_in.connect(kind)), meaning), kind


def test_no_redirect_is_followed(stand_in: StandIn) -> None:
    stand_in.script("hook", "redirect")
    assert send(stand_in.connect("hook")) == Refused("http_302")
    assert [path for _, path, _, _ in stand_in.seen] == ["/hook"]


def test_nothing_listens_and_no_such_host_are_certain(stand_in: StandIn) -> None:
    channel = stand_in.connect("wecom", WECOM_URL="http://127.0.0.1:9/cgi-bin/webhook/send?key=x")
    assert send(channel) == Wait("connection_refused", 0.0)
    http = Http(resolve=lambda host, port: [])
    assert http.post("https://nowhere.example", b"", {}) == Wait("host_not_found", 0.0)


@pytest.mark.parametrize(
    "address",
    ["127.0.0.1", "10.1.2.3", "192.168.0.1", "169.254.169.254", "::1", "fd00::1", "100.64.0.1"],
)
def test_an_address_inside_the_network_is_refused_unless_the_settings_allow_it(
    address: str,
) -> None:
    """Also where a public name leads there, or one of its addresses does."""
    for found in ([address], ["93.184.215.14", address]):
        http = Http(resolve=lambda host, port, found=found: found)  # type: ignore[misc]
        answer = http.post("https://hook.example.org/", b"", {})
        assert answer == Refused("address_inside_the_network")
    own = ip_network(f"{address}/{32 if '.' in address else 128}")
    allowed = Http([own], timeout=0.05, resolve=lambda host, port: [address])
    answer = allowed.post("https://hook.example.org:9/", b"", {})
    assert isinstance(answer, Wait)  # it was asked, and nothing answers


def test_http_is_for_the_own_network_alone() -> None:
    http = Http(resolve=lambda host, port: ["93.184.215.14"])
    assert http.post("http://hook.example.org/", b"", {}) == Refused("not_https")
    assert http.post("ftp://hook.example.org/", b"", {}) == Refused("invalid_url")
    assert http.post("https://user:pass@hook.example.org/", b"", {}) == Refused("invalid_url")


# ------------------------------------------------------------------ signatures


def test_a_client_that_has_key_and_message_the_wrong_way_round_is_convicted(
    stand_in: StandIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Feishu's signature and DingTalk's are each other's opposite."""

    def as_dingtalk(secret: str, now: datetime) -> dict[str, str]:
        stamp = str(int(now.timestamp()))
        made = hmac.digest(secret.encode(), f"{stamp}\n{secret}".encode(), "sha256")
        return {"timestamp": stamp, "sign": base64.b64encode(made).decode()}

    def as_feishu(url: str, secret: str, now: datetime) -> str:
        stamp = str(int(now.timestamp() * 1000))
        made = base64.b64encode(hmac.digest(f"{stamp}\n{secret}".encode(), b"", "sha256")).decode()
        return f"{url}&timestamp={stamp}&sign={made.replace('+', '%2B')}"

    monkeypatch.setattr(feishu, "signature", as_dingtalk)
    monkeypatch.setattr(dingtalk, "signed", as_feishu)
    assert send(stand_in.connect("feishu-bot")) == Refused("code_19021")
    assert send(stand_in.connect("dingtalk")) == Refused("errcode_310000")
    assert stand_in.wrong == ["feishu-bot: sign match fail", "dingtalk: sign not match"]


def test_signatures_are_those_that_were_reckoned_by_hand() -> None:
    """By `openssl dgst -sha256 -hmac`, from the makers' descriptions."""
    at = datetime.fromtimestamp(1_700_000_000, UTC)
    assert feishu.signature("s", at) == {"timestamp": "1700000000", "sign": FEISHU_SIGN}
    url = dingtalk.signed("https://oapi.dingtalk.com/robot/send?access_token=t", "s", at)
    assert url.endswith(f"access_token=t&timestamp=1700000000000&sign={DINGTALK_SIGN}")


FEISHU_SIGN = "+z1fiKH1w9xoRwSUZju5W5ZBj/d5cwS4H+5mTClDOl4="
DINGTALK_SIGN = "izNUYw3bO0KxsDYzYMDR365t%2BvMgZSe8PyS8sv7esqs%3D"


@pytest.mark.parametrize(
    ("kind", "change"),
    [
        ("feishu-bot", {"FEISHU_SECRET": "another"}),
        ("dingtalk", {"DING_SECRET": "SECanother"}),
        ("hook", {"HOOK_SECRET": "whsec_" + base64.b64encode(b"x" * 32).decode()}),
    ],
)
def test_a_wrong_secret_is_refused_and_there_is_a_remedy(
    stand_in: StandIn, kind: str, change: dict[str, str]
) -> None:
    outcome = send(stand_in.connect(kind, **change))
    assert isinstance(outcome, Refused)
    assert "secret" in kinds.remedy(stand_in.specs()[kind], outcome.error)


def test_a_wrong_app_secret_is_refused_before_anything_is_claimed(stand_in: StandIn) -> None:
    channel = stand_in.connect("feishu", APP_SECRET="another")
    assert channel.ready() == Refused("code_10014")
    assert "app_id or secret" in kinds.remedy(stand_in.specs()["feishu"], "code_10014")


def test_standardwebhooks_verifies_what_is_sent_and_both_secrets_while_one_is_changed(
    stand_in: StandIn,
) -> None:
    new = "whsec_" + base64.b64encode(b"n" * 32).decode()
    spec = {
        **stand_in.specs()["hook"],
        "secret": {"env": "NEW"},
        "previous": {"env": "HOOK_SECRET"},
    }
    channel = kinds.connect("hook", spec, stand_in.tools(NEW=new))
    assert not isinstance(channel, Refused)
    assert send(channel) == Sent("")
    _, _, headers, body = stand_in.seen[-1]
    for secret in (new, SECRETS["HOOK_SECRET"]):
        assert standardwebhooks.Webhook(secret).verify(body.decode(), headers)
    with pytest.raises(standardwebhooks.WebhookVerificationError):
        standardwebhooks.Webhook(new).verify(body.decode() + " ", headers)


def test_a_repeat_of_a_signed_call_has_the_same_id_and_body_and_a_new_time() -> None:
    later = NOW + timedelta(minutes=5)
    first, again = (
        webhook.signed("digest/d/2026-05-13/hook", b"{}", [HOOK_SECRET], at) for at in (NOW, later)
    )
    assert first["webhook-id"] == again["webhook-id"]
    assert first["webhook-timestamp"] != again["webhook-timestamp"]
    assert (
        first["webhook-id"]
        != webhook.signed("digest/d/2026-05-14/hook", b"{}", [HOOK_SECRET], NOW)["webhook-id"]
    )


def test_410_is_final_and_retry_after_is_heard(stand_in: StandIn) -> None:
    stand_in.script("hook", "gone", "429")
    channel = stand_in.connect("hook")
    assert send(channel) == Refused("http_410", final=True)
    assert send(channel) == Wait("http_429", 0.2)
    at = "Wed, 13 May 2026 00:31:00 GMT"
    assert retry_after(HttpAnswer(429, {"Retry-After": at}, b""), NOW) == 60.0
    assert retry_after(HttpAnswer(429, {"Retry-After": "soon"}, b""), NOW) == 60.0


# ------------------------------------------------------------------ Feishu's app


def test_feishu_takes_a_message_of_the_same_uuid_once_within_the_hour(stand_in: StandIn) -> None:
    channel = stand_in.connect("feishu")
    stand_in.script("feishu", "cut_after")
    assert isinstance(send(channel), Unknown)
    assert isinstance(send(channel), Sent)
    assert stand_in.count("message 1") == 1
    assert len(feishu.uuid("reminder/" + "x" * 500)) <= 50


def test_an_app_asks_for_a_token_once_and_for_another_one_when_it_is_no_longer_good(
    stand_in: StandIn,
) -> None:
    channel = stand_in.connect("feishu")
    assert isinstance(send(channel), Sent)
    assert isinstance(send(channel, message(2), "b"), Sent)
    assert [kind for kind, *_ in stand_in.seen].count("token") == 1
    # Its code for a token that is over: nothing was sent, and the next attempt has a new one.
    answer = HttpAnswer(400, {}, b'{"code": 99991663}')
    assert isinstance(channel, feishu.App)
    assert channel._meant(answer, NOW) == Wait("code_99991663", 0.0)
    assert isinstance(send(channel, message(3), "c"), Sent)
    assert [kind for kind, *_ in stand_in.seen].count("token") == 2


# ------------------------------------------------------------------ mail


def test_a_mail_is_text_and_html_without_anything_that_is_fetched(stand_in: StandIn) -> None:
    send(stand_in.connect("mail"), long_digest(5), "digest/daily/2026-05-13/mail")
    (taken,) = stand_in.taken
    mail = message_from_bytes(taken.body, policy=default)
    text = mail.get_body(("plain",)).get_content()
    html = mail.get_body(("html",)).get_content()
    assert mail["Subject"] == "message 1 · 5月13日 周三"
    assert mail["To"] == "desk@example.org, compliance@example.org"
    assert "• 5月13日 周三（明天）· 0 《关于某某事项的管理办法》" in text
    assert f'href="{BASE}/events/e-0"' in html
    assert "prefers-color-scheme:dark" in html
    for fetched in ("<img", "url(", "<link", "<script", "src=", "@import"):
        assert fetched not in html


def test_a_mails_message_id_is_made_of_its_key(stand_in: StandIn) -> None:
    channel = stand_in.connect("mail")
    for key in ("a", "a", "b"):
        send(channel, key=key)
    ids = [message_from_bytes(t.body, policy=default)["Message-ID"] for t in stand_in.taken]
    assert ids[0] == ids[1] != ids[2]
    assert all(id_.endswith("@example.org>") for id_ in ids)


def test_one_rejected_recipient_does_not_stop_the_others(stand_in: StandIn) -> None:
    stand_in.script("mail", "rcpt_550")
    outcome = send(stand_in.connect("mail"))
    assert isinstance(outcome, HandedOver)
    assert "desk@example.org" in outcome.note
    assert stand_in.count("message 1") == 1


@pytest.mark.parametrize(
    ("fault", "meaning"),
    [
        ("mail_421", Wait),
        ("cut_before_dot", Wait),
        ("451_after_dot", Wait),
        ("cut_before", Unknown),
        ("cut_after", Unknown),
        ("hang_after", Unknown),
    ],
)
def test_a_mail_is_unclear_from_the_final_dot_until_the_answer_and_never_else(
    stand_in: StandIn, fault: str, meaning: type
) -> None:
    from service.channels import email

    channel = stand_in.connect("mail")
    assert isinstance(channel, email.Email)
    object.__setattr__(channel, "timeout", 0.3)
    stand_in.script("mail", fault)
    assert isinstance(send(channel), meaning)


def test_aiosmtpd_receives_our_mails_dots_and_all() -> None:
    from aiosmtpd.controller import Controller

    from service.channels import email

    class Kept:
        def __init__(self) -> None:
            self.mails: list[Any] = []

        async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:
            self.mails.append(envelope)
            return "250 taken"

    kept = Kept()
    controller = Controller(kept, hostname="127.0.0.1", port=0)

    # It would ask itself by the port that it was given, which is none.
    def ask() -> None:
        assert controller.server is not None
        socket.create_connection(controller.server.sockets[0].getsockname()).close()

    controller._trigger_server = ask  # type: ignore[method-assign]
    controller.start()
    try:
        assert controller.server is not None
        port = controller.server.sockets[0].getsockname()[1]
        server = email.Server("127.0.0.1", port, "none")
        mail = b"Subject: x\r\n\r\n.a line with a dot\r\n..\r\nend\r\n"
        outcome = email.deliver(server, "horizon@example.org", ["a@example.org"], mail)
    finally:
        controller.stop()
    assert outcome == HandedOver("")
    (envelope,) = kept.mails
    assert envelope.content == mail
    assert envelope.rcpt_tos == ["a@example.org"]


# ------------------------------------------------------------------ what a title cannot do


HOSTILE = "@all <@U1> <at id=all></at> [x](https://evil.example) **b** _i_ `c` # h https://evil.example &lt;"


@pytest.mark.parametrize("kind", ["feishu", "feishu-bot", "dingtalk", "wecom"])
def test_no_title_can_mention_anyone_or_forge_a_link(stand_in: StandIn, kind: str) -> None:
    heading = TextRow((Span("message 1"),))
    row = TextRow((Span(HOSTILE, name=True),))
    said = Message("zh", f"{BASE}/", (Paragraph((heading, row)),))
    text = json.dumps(stand_in.connect(kind).render(said).rendered, ensure_ascii=False)
    assert "](https://evil" not in text
    assert "<at" not in text
    assert "<@" not in text
    assert "@all" not in text
    assert "https://evil" not in text
    assert "**b**" not in text


def test_escaping_leaves_the_words_to_read() -> None:
    assert escape("《办法》 2026-05-13 100% (A)") == "《办法》 2026-05-13 100% (A)"


def test_html_of_a_mail_escapes_what_others_wrote(stand_in: StandIn) -> None:
    hostile = '<b>message 1</b>"&'
    rows = (TextRow((Span(hostile),)), TextRow((Span(hostile, url=f"{BASE}/events/io"),)))
    item = TextRow((Span(hostile, bold=True),))
    said = Message(
        "en", f"{BASE}/", (Paragraph(rows), Paragraph((TextRow((Span(hostile),)),), (item,)))
    )
    html = stand_in.connect("mail").render(said).rendered["html"]
    assert "<b>message" not in html
    assert (
        html.count("&lt;b&gt;message 1&lt;/b&gt;&quot;&amp;") == 5
    )  # the heading is the title too


# ------------------------------------------------------------------ stored, and repeated


@pytest.mark.parametrize("kind", KINDS)
def test_what_was_rendered_is_json_and_comes_back_as_it_was(stand_in: StandIn, kind: str) -> None:
    composed = stand_in.connect(kind).render(message())
    assert json.loads(json.dumps(composed.rendered)) == composed.rendered
    assert composed.says is not None
    assert read(json.loads(json.dumps(write(composed.says)))) == composed.says


@pytest.mark.parametrize("kind", [k for k in KINDS if k != "hook"])
def test_a_repeat_is_marked_in_its_heading(stand_in: StandIn, kind: str) -> None:
    channel = stand_in.connect(kind)
    marked = channel.marked(channel.render(message()), "zh")
    assert "（可能重复发送）" in json.dumps(marked.rendered, ensure_ascii=False)
    english = marked_as_repeat(message(lang="en")).heading.words
    assert english.endswith("(this may be a repeat)")


# ------------------------------------------------------------------ what the file says of them


@pytest.mark.parametrize(
    ("spec", "pointer", "words"),
    [
        ({"wecom": "https://qyapi.weixin.qq.com/x?key=secret-key"}, "/wecom", "holds a secret"),
        ({"dingtalk": {"env": "A"}, "secret": "SECsecret-key"}, "/secret", "holds a secret"),
        ({"feishu": "oc_1", "app_id": "cli_1"}, "/secret", "is required"),
        ({"feishu": "webhook"}, "/url", "is required"),
        ({"feishu": "research", "app_id": "cli_1", "secret": {"env": "A"}}, "/feishu", "oc_"),
        ({"email": ["not an address"]}, "/email", "is no address"),
        ({"email": []}, "/email", "1 to 50"),
        ({"webhook": "ftp://x", "secret": {"env": "A"}}, "/webhook", "is no address"),
        (
            {"webhook": "https://x.example", "secert": {"env": "A"}},
            "/secert",
            "did you mean secret",
        ),
        ({"wechat": {"env": "A"}}, "", "names no kind"),
        ({"wecom": {"env": "A"}, "email": ["a@b.example"]}, "", "names two kinds"),
    ],
)
def test_what_is_wrong_with_a_description_is_said_without_the_secret(
    spec: dict[str, Any], pointer: str, words: str
) -> None:
    with pytest.raises(InvalidInput) as fault:
        kinds.read(spec)
    assert pointer in {problem.pointer for problem in fault.value.problems}
    assert words in " ".join(problem.detail for problem in fault.value.problems)
    assert "secret-key" not in str(fault.value)


def test_a_variable_that_is_not_set_is_named_and_a_wrong_secret_is_not_shown(
    stand_in: StandIn,
) -> None:
    from service.settings import Settings

    settings = Settings(
        variables={"HOOK_SECRET": "whsec_not base64", "HOOK_URL": "https://x.example"}
    )
    made = Tools(lambda where: settings.secret(where.name))
    wecom = kinds.connect("w", {"wecom": {"env": "WECOM_URL"}}, made)
    assert wecom == Refused("the variable WECOM_URL is not set")
    hook = kinds.connect("h", stand_in.specs()["hook"], made)
    assert isinstance(hook, Refused)
    assert "not base64" not in hook.error
    mail = kinds.connect("m", {"email": ["a@b.example"]}, made)
    assert isinstance(mail, Refused)
    assert "HORIZON_SMTP_URL is not set" in mail.error


def test_no_secret_is_in_a_repr(stand_in: StandIn) -> None:
    shown = "".join(repr(stand_in.connect(kind)) for kind in KINDS) + repr(stand_in.tools())
    for secret in (DING_SECRET, FEISHU_SECRET, SECRETS["APP_SECRET"], "access_token=ding"):
        assert secret not in shown


def test_each_kind_says_what_it_promises() -> None:
    from tests.channels.stand_in import specs

    told = {name: kinds.promised(spec) for name, spec in specs().items()}
    none = "digests at most once, others at least once"
    assert told == {
        "feishu": f"once within the hour; after it {none}",
        "feishu-bot": none,
        "dingtalk": none,
        "wecom": none,
        "hook": "at least once; once for a receiver that keeps ids",
        "mail": f"{none}; handed over to the mail server",
    }
