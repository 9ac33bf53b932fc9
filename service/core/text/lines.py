"""Text as people give it, made safe for calendars, XML and both databases; and how it is compared."""

from __future__ import annotations

import difflib
import re
import unicodedata
from collections.abc import Iterable, Sequence

from service.sentences import Sentence

# Line and paragraph separators of Unicode: some calendar parsers split lines at each of them.
_BREAKS = re.compile("\r\n|[\r\v\f\x85\u2028\u2029]")
# C0, DEL and C1 controls, surrogates and non-characters: iCalendar, XML 1.0 or PostgreSQL refuse them.
_FORBIDDEN = re.compile(
    "[\x00-\x08\x0e-\x1f\x7f-\x84\x86-\x9f\ud800-\udfff\ufdd0-\ufdef\ufffe\uffff]"
)


class UnfitText(ValueError):
    """The text has a character that no calendar can carry; the message names it."""


def one_line(text: str) -> str:
    """The text with line breaks and tabs turned into single spaces, trimmed. Raises UnfitText."""
    return re.sub(r" *[\n\t]+ *", " ", _BREAKS.sub("\n", _fit(text))).strip()


def many_lines(text: str) -> str:
    """The text with every kind of line break as \\n, trimmed. Raises UnfitText."""
    return _BREAKS.sub("\n", _fit(text)).replace("\t", " ").strip()


def fold(text: str) -> str:
    """The form in which texts are compared: width, ligatures and case do not matter (NFKC)."""
    return unicodedata.normalize("NFKC", text).casefold()


def nearest(word: str, known: Iterable[str]) -> str:
    """ "; did you mean …?", a Sentence, where a known word is near, else the empty string."""
    near = difflib.get_close_matches(word, sorted(known), n=1, cutoff=0.6)
    return Sentence("did_you_mean", near=str(near[0])) if near else ""


def unknown_key(key: object, known: Iterable[str]) -> Sentence:
    """That nothing has such a key, with the nearest of those that are known."""
    return Sentence("unknown_key", near=nearest(str(key), known))


def not_one_of(word: str, choices: Sequence[str], more: str = "") -> Sentence:
    """That the word is none of the choices, nor what `more` adds to their list; with the nearest of them."""
    known = ", ".join(choices) + more
    return Sentence("not_one_of", word=word[:40], known=known, near=nearest(word, choices))


def _fit(text: str) -> str:
    found = _FORBIDDEN.search(text)
    if found:
        raise UnfitText(
            Sentence(
                "control_character",
                character=f"U+{ord(found[0]):04X}",
                position=found.start() + 1,
            )
        )
    return text
