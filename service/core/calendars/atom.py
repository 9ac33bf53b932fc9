"""Atom feeds (RFC 4287): the events themselves, and what changed about them."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from xml.etree import ElementTree

from service.core.calendars.feed import Heading
from service.core.dates.when import InvalidWhen, parse
from service.core.events import wording
from service.core.events.change_words import WORDS
from service.core.events.event import ChangeKind, Event, Recorded
from service.core.events.representation import instant

_ATOM = "http://www.w3.org/2005/Atom"
TOLD = frozenset(
    {
        ChangeKind.CREATED,
        ChangeKind.FIRMED,
        ChangeKind.LATER,
        ChangeKind.EARLIER,
        ChangeKind.LOOSENED,
        ChangeKind.CANCELLED,
        ChangeKind.REINSTATED,
        ChangeKind.RESTORED,
    }
)


def events(chosen: Sequence[Event], heading: Heading, lang: str) -> bytes:
    """Each event as an entry, in the order given; updated when the newest of them was."""
    updated = max((event.updated_at for event in chosen), default=None)
    root = _root(heading, updated)
    for event in chosen:
        details = event.details
        words = wording.full(event.when, lang, details.timezone)
        lines = [words, details.description, details.location]
        if details.source:
            lines.append(wording.source_line(details.source, lang, heading.excerpts))
        title = f"{words} · {wording.called_off(event, lang)}{event.title_in(lang)}"
        _entry(root, f"urn:horizon:{event.uid}", title, event, heading, lines, event.updated_at)
    return _bytes(root)


def changes(told: Sequence[Recorded], heading: Heading, lang: str) -> bytes:
    """Each change as an entry, newest first as given."""
    root = _root(heading, told[0].at if told else None)
    for change in told:
        event = change.event
        if event is None:  # purged
            continue
        word = WORDS[change.change].told[0 if lang == "zh" else 1]
        if change.days:
            word += f" {change.days} 天" if lang == "zh" else f" by {change.days} days"
        lines = [_step(change, event, lang)]
        if event.details.source:
            lines.append(wording.source_line(event.details.source, lang, heading.excerpts))
        title = f"{word}{'：' if lang == 'zh' else ': '}{event.title_in(lang)}"
        _entry(root, f"urn:horizon:change:{change.seq}", title, event, heading, lines, change.at)
    return _bytes(root)


def _step(change: Recorded, event: Event, lang: str) -> str:
    texts = [change.from_when, change.to_when]
    if change.change in (ChangeKind.CREATED, ChangeKind.RESTORED):
        texts[0] = None
    words = []
    for text in dict.fromkeys(texts):
        if text:
            try:
                words.append(wording.full(parse(text), lang, event.details.timezone))
            except InvalidWhen:
                words.append(text)
    return " → ".join(words)


def _root(heading: Heading, updated: datetime | None) -> ElementTree.Element:
    ElementTree.register_namespace("", _ATOM)
    root = ElementTree.Element(f"{{{_ATOM}}}feed")
    _add(root, "title", heading.name)
    _add(root, "id", heading.address)
    _add(root, "link", rel="self", href=heading.address)
    _add(root, "link", rel="alternate", href=heading.base_url + "/")
    # An empty feed needs a date all the same (RFC 4287 4.1.1); this one never changes the bytes.
    _add(root, "updated", instant(updated) if updated else "1970-01-01T00:00:00Z")
    _add(_add(root, "author"), "name", "Horizon")
    return root


def _entry(
    root: ElementTree.Element,
    id_: str,
    title: str,
    event: Event,
    heading: Heading,
    lines: Sequence[str],
    updated: datetime,
) -> None:
    entry = _add(root, "entry")
    _add(entry, "id", id_)
    _add(entry, "title", title)
    _add(entry, "updated", instant(updated))
    _add(entry, "published", instant(event.created_at))
    _add(entry, "link", rel="alternate", href=f"{heading.base_url}/events/{event.id}")
    _add(entry, "category", term=event.details.kind.value)
    _add(entry, "content", "\n".join(line for line in lines if line), type="text")


def _add(
    parent: ElementTree.Element, name: str, text: str | None = None, **attributes: str
) -> ElementTree.Element:
    child = ElementTree.SubElement(parent, f"{{{_ATOM}}}{name}", attributes)
    child.text = text
    return child


def _bytes(root: ElementTree.Element) -> bytes:
    return bytes(ElementTree.tostring(root, encoding="utf-8", xml_declaration=True)) + b"\n"
