"""JSON pointers (RFC 6901), by which an answer says where a fault stands."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from service.core.text.json_pointer import parts, pointer


def test_what_would_divide_a_pointer_is_escaped() -> None:
    assert pointer("events", 3, "a/b", "m~n") == "/events/3/a~1b/m~0n"
    assert pointer() == ""


def test_a_long_key_does_not_fill_the_answer() -> None:
    assert pointer("k" * 5000) == "/" + "k" * 100


@given(st.lists(st.text(max_size=100), max_size=5))
def test_its_parts_are_what_it_was_made_of(keys: list[str]) -> None:
    assert parts(pointer(*keys)) == keys
