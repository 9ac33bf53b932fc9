"""Names of months in languages that have no grammar here, out of dateparser's tables.

Explicit dates are all that is read of them (15 juillet 2026, 3. März 2027, 5 maja 2027): what else a
sentence in them says is not understood. dateparser's own search is not used on running text, since it
finds dates in words that are none.
"""

from __future__ import annotations

from functools import cache

from service.core.dates.phrases.words import MONTHS_EN

LANGUAGES = (
    "fr",
    "de",
    "es",
    "it",
    "pt",
    "nl",
    "pl",
    "ru",
    "uk",
    "cs",
    "sv",
    "da",
    "nb",
    "fi",
    "tr",
)
_SHORTEST = 3


def month_of(word: str) -> int | None:
    """The month, 1 to 12, that the word names in one of the languages, else None."""
    return _names().get(word.lower().rstrip("."))


@cache
def _names() -> dict[str, int]:
    # Loaded at the first date that looks like one: it takes a fifth of a second.
    from dateparser.languages.loader import default_loader

    names: dict[str, int] = {}
    for locale in default_loader.get_locales(languages=list(LANGUAGES)):
        for number, month in enumerate(MONTHS_EN, 1):
            for name in locale.info.get(month, ()):
                if len(name) >= _SHORTEST and name.isalpha():
                    names.setdefault(name.lower(), number)
    return names
