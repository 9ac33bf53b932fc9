"""Organisations, how they are written, and their tickers: what a title names without saying so.

A Latin name counts as a whole word (Meta is not in Metaverse), a Chinese one anywhere; of names that
begin at the same place the longest counts (京东方 before 京东). Width and case do not matter.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from service.core.text.lines import UnfitText, fold, nearest, one_line
from service.errors import FileProblem, InvalidFile

_KEYS = ("names", "tickers")
_LATIN = r"[^\W\u3400-\u9fff]"


@dataclass(frozen=True)
class Organization:
    """`names` has the one that events are given first."""

    names: tuple[str, ...]
    tickers: tuple[str, ...] = ()


@dataclass(frozen=True, eq=False)
class Catalogue:
    """The organisations that are known. Compared as an object, so that it can key a cache."""

    organizations: tuple[Organization, ...] = ()

    def organizations_in(self, title: str) -> tuple[tuple[str, ...], tuple[str, ...]]:
        """Those that a title names, in its order, each once: their first names, and their tickers."""
        found = {id(o): o for o in self._named(fold(title))}
        names = dict.fromkeys(o.names[0] for o in found.values())
        tickers = dict.fromkeys(ticker for o in found.values() for ticker in o.tickers)
        return tuple(names), tuple(tickers)

    def terms(self, text: str) -> tuple[tuple[str, ...], ...]:
        """What a search asks for, folded: its words, and of an organisation every name that it has.

        A Latin name of two letters is in too many words to be looked for in place of another one.
        """
        folded, at = fold(text), 0
        found: list[tuple[str, ...]] = []
        for name in self._pattern.finditer(folded) if self._pattern else ():
            found += [(word,) for word in folded[at : name.start()].split()]
            others = (fold(other) for other in self._by_name[name[0]].names)
            usable = (other for other in others if len(other) > 2 or not other.isascii())
            found.append(tuple(dict.fromkeys((name[0], *usable))))
            at = name.end()
        found += [(word,) for word in folded[at:].split()]
        return tuple(dict.fromkeys(found))

    def unified(self, folded: str) -> str:
        """A folded title in which each organisation stands as one word of letters (`words`)."""
        if self._pattern is None:
            return folded
        return self._pattern.sub(lambda found: f" {self._tokens[found[0]]} ", folded)

    @cached_property
    def words(self) -> frozenset[str]:
        """The words that unified() puts in place of names."""
        return frozenset(self._tokens.values())

    def _named(self, folded: str) -> Iterator[Organization]:
        if self._pattern is not None:
            for found in self._pattern.finditer(folded):
                yield self._by_name[found[0]]

    @cached_property
    def _by_name(self) -> dict[str, Organization]:
        return {fold(name): o for o in self.organizations for name in o.names}

    @cached_property
    def _tokens(self) -> dict[str, str]:
        numbers = {id(o): _letters(number) for number, o in enumerate(self.organizations)}
        return {name: f"zz{numbers[id(o)]}" for name, o in self._by_name.items()}

    @cached_property
    def _pattern(self) -> re.Pattern[str] | None:
        names = sorted(self._by_name, key=len, reverse=True)
        return re.compile("|".join(map(_bounded, names))) if names else None


NOTHING_KNOWN = Catalogue()


def read(data: bytes, name: str) -> Catalogue:
    """A catalogue.yaml. Raises InvalidFile with every fault."""
    # Not above: most commands know events and read no file.
    from ruamel.yaml import YAML
    from ruamel.yaml.error import MarkedYAMLError, YAMLError

    try:
        # As written: 000858 and 0700.HK are texts.
        root = YAML(typ="base", pure=True).load(data.decode("utf-8-sig"))
    except UnicodeDecodeError as fault:
        raise InvalidFile([FileProblem(name, 1, 1, "", f"is not UTF-8: {fault.reason}")]) from None
    except MarkedYAMLError as fault:
        mark = fault.problem_mark
        line, column = (mark.line + 1, mark.column + 1) if mark else (1, 1)
        told = FileProblem(name, line, column, "", str(fault.problem or "is no YAML"))
        raise InvalidFile([told]) from None
    except (YAMLError, ValueError) as fault:
        raise InvalidFile([FileProblem(name, 1, 1, "", f"is no YAML: {fault}"[:200])]) from None
    faults: list[FileProblem] = []
    given = root.get("organizations") if isinstance(root, dict) else None
    if not isinstance(given, list) or set(root) != {"organizations"}:
        detail = "has one key, `organizations`, with a list of {names: […], tickers: […]}"
        raise InvalidFile([FileProblem(name, 1, 1, "", detail)])
    found: list[Organization] = []
    seen: dict[str, int] = {}
    for number, entry in enumerate(given, 1):
        try:
            organization = _organization(entry)
            for each in map(fold, organization.names):
                if seen.setdefault(each, number) != number:
                    raise ValueError(f"{each} stands in entry {seen[each]} already")
        except (ValueError, UnfitText) as fault:
            faults.append(FileProblem(name, 1, 1, f"organizations[{number}]", str(fault)))
        else:
            found.append(organization)
    if faults:
        raise InvalidFile(faults)
    return Catalogue(tuple(found))


def _organization(entry: Any) -> Organization:
    if not isinstance(entry, dict):
        raise ValueError("must be {names: […], tickers: […]}")
    for key in entry:
        if key not in _KEYS:
            raise ValueError(f"{key}: unknown key{nearest(str(key), _KEYS)}")
    lists: dict[str, tuple[str, ...]] = {}
    for key, most in (("names", 200), ("tickers", 40)):
        values = entry.get(key, [])
        if not isinstance(values, list) or not all(isinstance(value, str) for value in values):
            raise ValueError(f"{key}: must be a list of texts")
        texts = [one_line(value) for value in values]
        if any(not text or len(text) > most for text in texts):
            raise ValueError(f"{key}: each has 1 to {most} characters")
        lists[key] = tuple(texts)
    if not lists["names"]:
        raise ValueError("names: at least one is needed")
    return Organization(lists["names"], lists["tickers"])


def _bounded(name: str) -> str:
    """The name as a whole word where it begins or ends with a Latin letter or a digit."""
    before = rf"(?<!{_LATIN})" if re.match(_LATIN, name) else ""
    after = rf"(?!{_LATIN})" if re.match(_LATIN, name[-1]) else ""
    return f"{before}{re.escape(name)}{after}"


def _letters(number: int) -> str:
    text = ""
    while True:
        number, rest = divmod(number, 26)
        text = chr(ord("a") + rest) + text
        if not number:
            return text
