"""docs/SECURITY.md: each promise names tests, those are there, and each was seen to fail."""

from __future__ import annotations

import ast
import re

from tests.acceptance.examples import ROOT
from tests.protections import ALL

PAGE = (ROOT / "docs/SECURITY.md").read_text("utf-8")
PROMISED, NOT_PROMISED = PAGE.split("\n## Not promised\n")


def test_each_promise_names_tests_that_are_there() -> None:
    rows = [
        line.strip("|").split(" | ")
        for line in PROMISED.splitlines()
        if line.startswith("| ") and line not in ("| promise | held by |", "| --- | --- |")
    ]
    assert len(rows) >= 25
    for row in rows:
        promise, held_by = row
        named = re.findall(r"`(tests/[\w/]+\.py)::(test_\w+)`", held_by)
        assert named, promise
        assert len(named) == held_by.count("`") / 2, promise
        for path, name in named:
            module = ast.parse((ROOT / path).read_text("utf-8"))
            tests = [node.name for node in module.body if isinstance(node, ast.FunctionDef)]
            assert name in tests, f"{path}::{name}"


def test_what_is_not_promised_is_said() -> None:
    assert len(re.findall(r"^- \*\*.+\.\*\*", NOT_PROMISED, re.MULTILINE)) >= 8


def test_no_test_that_holds_a_promise_is_put_aside() -> None:
    for path, name in re.findall(r"`(tests/[\w/]+\.py)::(test_\w+)`", PROMISED):
        module = ast.parse((ROOT / path).read_text("utf-8"))
        (test,) = (n for n in module.body if isinstance(n, ast.FunctionDef) and n.name == name)
        marks = " ".join(ast.unparse(decorator) for decorator in test.decorator_list)
        assert not re.search(r"\bskip\(|xfail", marks), name


def test_each_test_that_holds_a_promise_has_a_protection_to_fail_without() -> None:
    """`make protections` takes them away and sees the tests fail; here it is seen that it still can."""
    named = {
        f"{path}::{name}"
        for path, name in re.findall(r"`(tests/[\w/]+\.py)::(test_\w+)`", PROMISED)
    }
    tried = {test for removal in ALL for test in removal.tests}
    assert named == tried
    for removal in ALL:
        for edit in removal.edits:
            text = (ROOT / edit.path).read_text("utf-8")
            changed = edit.done(text)
            assert changed != text
            if edit.path.endswith(".py"):
                ast.parse(changed)
