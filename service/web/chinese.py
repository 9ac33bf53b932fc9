"""English sentences that have a Chinese form, found by their pattern."""

from __future__ import annotations

import re

Forms = tuple[tuple[re.Pattern[str], str], ...]


def forms(*pairs: tuple[str, str]) -> Forms:
    """Each an expression for the English, and what stands for it, with the groups of that."""
    return tuple((re.compile(english, re.DOTALL), chinese) for english, chinese in pairs)


def in_chinese(sentence: str, known: Forms) -> str | None:
    """The form of the first that fits the whole sentence; None where none does."""
    for form, chinese in known:
        if match := form.fullmatch(sentence):
            return match.expand(chinese)
    return None
