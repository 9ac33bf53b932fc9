"""What every page has around it: templates, words, the way to the other pages."""

from __future__ import annotations

import hashlib
from functools import cache
from pathlib import Path
from typing import Any

import jinja2

from service.core.events.fields import LANGUAGES
from service.web.words import Words

_NAVIGATION = (
    ("agenda", "/"),
    ("subscribe", "/subscribe"),
    ("add", "/add"),
    ("import", "/import"),
    ("alerts", "/alerts"),
)


@cache
def templates() -> jinja2.Environment:
    """The templates; everything that they print is escaped, and an unknown name is an error."""
    return jinja2.Environment(
        loader=jinja2.FileSystemLoader(Path(__file__).parent / "templates"),
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )


@cache
def _static(name: str) -> str:
    """Where a static file is, which changes with its content: no browser goes on with an old one."""
    data = (Path(__file__).parent / "static" / name).read_bytes()
    return f"/static/{name}?{hashlib.sha256(data).hexdigest()[:8]}"


def surroundings(
    lang: str, base: str, current: str = "", switch: str = "", member: str = ""
) -> dict[str, Any]:
    """What page.html needs: `base` is the path that every address begins with, `current` the page's
    name in the navigation, `switch` the address of the same page in the other language, `member` who
    is signed in."""
    t = Words(lang)
    other = next(known for known in LANGUAGES if known != lang)
    return {
        "lang": lang,
        "base": base,
        "zh": lang == "zh",
        "t": t,
        "other": other,
        "switch": switch or f"?lang={other}",
        "member": member,
        "navigation": [
            {"label": t[f"nav_{name}"], "href": base + href, "current": name == current}
            for name, href in _NAVIGATION
        ],
        "style": base + _static("horizon.css"),
        "script": base + _static("horizon.js"),
        "form_token": "",
        "known": None,
    }
