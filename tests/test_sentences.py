"""What errors and reasons say, by code: complete in both languages, and as it was said before there were codes."""

from __future__ import annotations

import ast
import copy
import json
import pickle
import re
from pathlib import Path
from string import Formatter
from typing import Any

import pytest

import service
from service import sentences
from service.sentences import CATALOGUE, Sentence, joined, said
from service.web.words import Words

NAMES = Words("zh").field_names
WRITTEN = Path(__file__).parent / "data/sentences.jsonl"
EXAMPLES = [json.loads(line) for line in WRITTEN.read_text("utf-8").splitlines()]
# What the Chinese leaves out: examples and remedies that are the same for every reader.
LEFT_OUT = {
    "article",
    "called",
    "known",
    "line",
    "most",
    "near",
    "packing",
    "phrase",
    "read",
    "when",
}


def fields(template: str) -> set[str]:
    return {name for _, name, _, _ in Formatter().parse(template) if name is not None}


def made(value: Any) -> Any:
    """An argument as it stands in the examples: sentences are objects, tuples are lists."""
    if isinstance(value, list):
        return tuple(map(made, value))
    return sentences.read(value) if isinstance(value, dict) else value


def test_every_sentence_is_there_in_both_languages_with_the_same_fields() -> None:
    for code, (zh, en) in CATALOGUE.items():
        assert zh, code
        assert en, code
        assert fields(zh) <= fields(en), code
        # The Chinese has no plural, which is told by a number.
        assert fields(en) - fields(zh) <= LEFT_OUT | {"count"}, code
        assert re.search("[\u4e00-\u9fff]", zh) or set(zh) <= set(en) | set("；，："), code


def sources() -> dict[Path, str]:
    folder = Path(service.__file__).parent
    found = {path: path.read_text("utf-8") for path in folder.rglob("*.py")}
    return {path: text for path, text in found.items() if path.name != "sentences.py"}


def test_every_sentence_is_said_somewhere() -> None:
    codes = set(re.findall(r'"([a-z_]+)"', "\n".join(sources().values())))
    assert CATALOGUE.keys() - {"clauses", "days_earlier", "days_later"} <= codes


def test_every_sentence_is_given_what_it_says() -> None:
    said_ = 0
    for path, text in sources().items():
        for node in ast.walk(ast.parse(text)):
            match node:
                case ast.Call(ast.Name("Sentence"), [ast.Constant(str(code))], keywords):
                    given = {each.arg for each in keywords}
                    wanted = fields(CATALOGUE[code][1])
                    assert given == wanted or None in given, f"{path.name}:{node.lineno}: {code}"
                    said_ += 1
    assert said_ > 100


@pytest.mark.parametrize(("code", "args", "en", "zh"), EXAMPLES, ids=[each[0] for each in EXAMPLES])
def test_it_says_what_it_said_before(code: str, args: dict[str, Any], en: str, zh: str) -> None:
    sentence = Sentence(code, **{key: made(value) for key, value in args.items()})
    assert sentence == en
    assert said(sentence, "en") == en
    assert said(sentence, "zh", NAMES) == zh


def test_there_is_an_example_of_every_sentence() -> None:
    assert {code for code, *_ in EXAMPLES} == CATALOGUE.keys()


REASON = Sentence(
    "reason",
    event="ces-2027",
    met=(Sentence("title_alike", alike=0.87), Sentence("days_apart", days=3)),
    because=joined(
        Sentence("days_later", days=3, old="2027-01-04", new="2027-01-07"),
        Sentence("keys_differ", keys=("tags", "url")),
        Sentence("official_stored"),
    ),
)


def test_sentences_in_a_sentence_are_said_in_its_language() -> None:
    assert REASON == (
        "ces-2027, a title 87% alike, 3 days apart: 3 days later, 2027-01-04 becomes 2027-01-07; "
        "tags, url differ; disputed, since the stored source is official and this one is not"
    )
    assert said(REASON, "zh", NAMES) == (
        "ces-2027，标题 87% 相似，相差 3 天：推迟 3 天：2027-01-04 → 2027-01-07；标签、网址有变化；"
        "有争议：现有来源是官方的，此处不是"
    )


def test_a_reason_with_a_part_that_has_no_chinese_stays_whole() -> None:
    more = joined(REASON, "one more")
    assert said(more, "zh", NAMES) == more == f"{REASON}; one more"
    assert said("something else", "zh") == "something else"


def test_an_exception_keeps_the_sentence_that_it_was_given() -> None:
    assert said(str(ValueError(Sentence("required"))), "zh") == "必填"


@pytest.mark.parametrize(
    "text", [REASON, Sentence("not_one_of", word="it's", known="a, b", near=""), "plain"]
)
def test_what_is_kept_as_json_is_said_as_before(text: str) -> None:
    again = sentences.read(json.loads(json.dumps(sentences.write(text))))
    assert (again, said(again, "zh", NAMES)) == (text, said(text, "zh", NAMES))
    for twin in (copy.deepcopy(text), pickle.loads(pickle.dumps(text))):
        assert (twin, said(twin, "zh", NAMES)) == (text, said(text, "zh", NAMES))


@pytest.mark.parametrize(
    "kept", [{"code": "of_tomorrow", "args": {}}, {"code": "no_event", "args": {}}]
)
def test_a_sentence_of_a_newer_horizon_is_told_apart(kept: dict[str, Any]) -> None:
    with pytest.raises(LookupError):
        sentences.read(kept)
