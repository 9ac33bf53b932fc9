"""One request to a model, and everything that its server can do wrong."""

from __future__ import annotations

import json
import socket
import threading
from collections.abc import Iterator

import pytest

from service.errors import ModelFailed
from service.model import LARGEST, MOST_TOKENS, Model
from tests.model.stand_in import KEY, Answer, Asked, StandIn, running

SCHEMA = {"type": "object"}


@pytest.fixture
def server() -> Iterator[StandIn]:
    with running() as stand_in:
        yield stand_in


def model(server: StandIn, key: str | None = KEY, seconds: float = 10) -> Model:
    return Model(server.url, "heron-7b", key, seconds)


def ask(server: StandIn, **more: object) -> str:
    return model(server, **more).ask("Point.", "TEXT", SCHEMA).text  # type: ignore[arg-type]


def failure(server: StandIn, **more: object) -> ModelFailed:
    with pytest.raises(ModelFailed) as caught:
        ask(server, **more)
    assert KEY not in str(caught.value)
    assert "127.0.0.1" in str(caught.value)
    return caught.value


def test_a_question_is_one_request_without_tools_or_stream(server: StandIn) -> None:
    server.says("yes", usage={"prompt_tokens": 7, "completion_tokens": 3})
    reply = model(server).ask("Point.", "TEXT", SCHEMA)
    assert (reply.text, reply.cut, reply.tokens_in, reply.tokens_out) == ("yes", False, 7, 3)
    (asked,) = server.asked
    assert asked.path == "/v1/chat/completions"
    assert asked.headers["authorization"] == f"Bearer {KEY}"
    form = asked.body.pop("response_format")
    assert form["json_schema"]["schema"] == SCHEMA
    assert asked.body == {
        "model": "heron-7b",
        "messages": [
            {"role": "system", "content": "Point."},
            {"role": "user", "content": "TEXT"},
        ],
        "temperature": 0,
        "max_tokens": MOST_TOKENS,
        "stream": False,
    }


@pytest.mark.parametrize("path", ["/v1/", "/v1/chat/completions"])
def test_the_address_may_be_the_base_or_the_whole(server: StandIn, path: str) -> None:
    Model(server.url.removesuffix("/v1") + path, "m", None, 10).ask("", "", SCHEMA)
    assert server.asked[0].path == "/v1/chat/completions"
    assert "authorization" not in server.asked[0].headers


@pytest.mark.parametrize("status", [400, 422, 500])
def test_a_server_that_knows_no_schema_is_asked_for_less_and_not_again_for_more(
    server: StandIn, status: int
) -> None:
    def answer(asked: Asked) -> Answer:
        return Answer("ok") if asked.form == "json_object" else Answer(status=status, raw=b"")

    server.answer = answer
    asking = model(server)
    assert asking.ask("", "", SCHEMA).text == asking.ask("", "", SCHEMA).text == "ok"
    assert [each.form for each in server.asked] == ["json_schema", "json_object", "json_object"]


def test_one_that_knows_no_form_at_all_is_asked_without(server: StandIn) -> None:
    server.answer = lambda asked: Answer("ok") if asked.form == "none" else Answer(status=400)
    assert ask(server) == "ok"
    assert len(server.asked) == 3


@pytest.mark.parametrize("status", [301, 302, 307, 308])
def test_a_redirect_is_not_followed(server: StandIn, status: int) -> None:
    server.says("", status=status, headers={"Location": f"{server.url}/elsewhere"})
    assert failure(server).final
    assert [each.path for each in server.asked] == ["/v1/chat/completions"]


@pytest.mark.parametrize("status", [401, 403, 404, 429, 402])
def test_what_ends_the_document_says_so(server: StandIn, status: int) -> None:
    server.says("", status=status, raw=f"wrong key {KEY}".encode())
    assert failure(server).final
    assert str(status) in str(failure(server))


@pytest.mark.parametrize("status", [400, 500, 502, 503])
def test_a_key_in_an_error_is_never_shown(server: StandIn, status: int) -> None:
    server.says("", status=status, raw=json.dumps({"error": f"bad key {KEY}"}).encode())
    assert not failure(server).final


@pytest.mark.parametrize(
    "raw",
    [
        b"", b"hello", b"[]", b"{}", b'{"choices": []}', b'{"choices": [{"message": {"content": null}}]}',
        b'{"choices": [{"message": {"content": [1]}}]}', b'{"choices": {"0": 1}}', b"\xff\xfe", b"[" * 100_000,
        b'{"choices": [{"message": "x"}]}',
    ],
)  # fmt: skip
def test_what_is_no_chat_completion_is_no_answer(server: StandIn, raw: bytes) -> None:
    server.says("", raw=raw)
    assert "not as a chat completion" in str(failure(server))


@pytest.mark.parametrize("usage", [{"prompt_tokens": "many"}, [1], {"prompt_tokens": -4}, {"a": 1}])
def test_wrong_counts_of_tokens_count_nothing(server: StandIn, usage: object) -> None:
    server.says("ok", usage=usage)
    if isinstance(usage, list):
        assert "not as a chat completion" in str(failure(server))
    else:
        assert model(server).ask("", "", SCHEMA).tokens_in == 0


def test_an_answer_of_2_mb_is_not_read(server: StandIn) -> None:
    server.says("x" * 2_000_000)
    assert f"more than {LARGEST:,} bytes" in str(failure(server))


def test_half_of_an_answer_is_none(server: StandIn) -> None:
    server.says("ok", length=100_000)
    with pytest.raises(ModelFailed):
        ask(server, seconds=2)


def test_an_answer_that_was_cut_says_so(server: StandIn) -> None:
    server.says('{"events": [', finish="length")
    assert model(server).ask("", "", SCHEMA).cut


@pytest.mark.slow
def test_a_server_that_hangs_costs_no_more_than_its_time(server: StandIn) -> None:
    hold = threading.Event()
    server.says("late", hold=hold)
    assert "did not answer within 0.3 seconds" in str(failure(server, seconds=0.3))
    hold.set()


def test_a_document_may_leave_less_time_than_a_request(server: StandIn) -> None:
    with pytest.raises(ModelFailed, match="did not answer within 0 seconds"):
        model(server).ask("", "", SCHEMA, seconds=0)


def test_nothing_at_the_address_is_said_without_the_key() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))  # bound, not listening
        address = f"http://127.0.0.1:{taken.getsockname()[1]}/v1"
        with pytest.raises(ModelFailed) as caught:
            Model(address, "m", KEY, 5).ask("", "", SCHEMA)
    assert caught.value.final
    assert KEY not in str(caught.value) + repr(Model(address, "m", KEY, 5))


def test_a_key_that_no_header_can_hold_is_not_repeated(server: StandIn) -> None:
    with pytest.raises(ModelFailed) as caught:
        Model(server.url, "m", f"{KEY}\nX: y", 5).ask("", "", SCHEMA)
    assert KEY not in str(caught.value)
