"""Words that stand in a text or not, in Chinese or English."""

from __future__ import annotations

import re


class WordPatterns:
    """Patterns of Chinese and of English words, for plain lines (core/text/characters.py).

    Asked one language after the other, English in small letters: as one pattern that ignores case it
    takes four times as long, since no sign can then be passed over by its first letter. So English
    patterns are written in small letters. `ascii`: a word may stand against a Chinese character.
    """

    def __init__(self, chinese: str, english: str, *, ascii: bool = False) -> None:
        self._chinese = re.compile(chinese)
        self._english = re.compile(english, re.ASCII if ascii else 0)

    def within(self, text: str) -> bool:
        """Whether any of them stands in the text."""
        if not text.isascii() and self._chinese.search(text):
            return True
        return self._english.search(text.lower()) is not None
