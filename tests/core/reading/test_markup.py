"""Markdown and HTML in plain text are read as what they mean."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from service.core.reading import markup
from service.core.reading.document import Line, text_lines


def one(text: str) -> Line:
    (line,) = markup.read([Line(text, None, 1)])
    return line


@pytest.mark.parametrize(
    ("text", "read"),
    [
        ("**12月10日**：青禾大会", "12月10日：青禾大会"),
        ("__12月10日__：青禾大会", "12月10日：青禾大会"),
        ("***Harbor Gala*** on *9 December*", "Harbor Gala on 9 December"),
        ("`v9.12` is cut on 9 December", "v9.12 is cut on 9 December"),
        ("[Harbor Gala](https://gala.example/a_(b)) on 9 December", "Harbor Gala on 9 December"),
        ("[Harbor Gala][1] on 9 December", "Harbor Gala on 9 December"),
        ("![海报](poster.png) 12月10日", "海报 12月10日"),
        ("<b>12月10日</b>：青禾大会<br/>", "12月10日 ：青禾大会"),
        ("Gala &amp; Forum on 9&nbsp;December", "Gala & Forum on 9 December"),
        ("{{ icon }} Harbor Gala", "Harbor Gala"),
    ],
)
def test_marks_of_a_text_go_and_its_words_stay(text: str, read: str) -> None:
    assert one(text).text == read


def test_a_heading_keeps_its_level() -> None:
    assert (one("## 近期日程").text, one("## 近期日程").level) == ("近期日程", 2)
    assert (one("### Dates ###").text, one("### Dates ###").level) == ("Dates", 3)
    assert (one("<h2>Dates</h2>").text, one("<h2>Dates</h2>").level) == ("Dates", 2)


@pytest.mark.parametrize(
    "text",
    [
        "12月10日：青禾开发者大会",
        "#青禾大会 is a tag",
        "3 * 4 * 5 = 60",
        "snake_case_name on 9 December",
        "a < b and b > a",
        "Q&A on 9 December",
        "[草案] 12月10日",
    ],
)
def test_text_without_marks_stays_as_it_is(text: str) -> None:
    line = Line(text, 3, 7)
    assert markup.read([line]) == [line]


def test_what_the_file_itself_says_of_a_line_is_kept() -> None:
    line = Line("**a** | b", 2, 5, level=1, cells=("**a**", "b"), item=2)
    (read,) = markup.read([line])
    assert (read.text, read.page, read.line) == ("a | b", 2, 5)
    assert (read.level, read.cells, read.item) == (1, ("**a**", "b"), 2)


def test_a_line_of_marks_alone_is_no_line() -> None:
    assert markup.read(text_lines("<div>\n\n12月10日：青禾大会\n\n</div>")) == [
        Line("12月10日：青禾大会", None, 3, gap=1)
    ]


@given(st.text(alphabet='#*_`[]()<>{}&;! a"h2日', max_size=80))
def test_any_marks_are_read_to_no_more_than_they_were(text: str) -> None:
    for read in markup.read([Line(text, None, 1)]):
        assert len(read.text) <= len(text)
        assert read.text


@pytest.mark.parametrize("piece", ["**", "[a](", "<b", "*a ", "`", "[a][", "{{"])
def test_a_long_line_of_open_marks_is_read_in_linear_time(piece: str) -> None:
    markup.read([Line(piece * 20_000, None, 1)])
