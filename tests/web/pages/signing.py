"""Somebody who is signed in to the pages, and fills in their forms."""

from __future__ import annotations

from dataclasses import dataclass
from html.parser import HTMLParser

import httpx2

from tests.web.conftest import Service

HTML = {"Accept": "text/html"}


class Forms(HTMLParser):
    """The forms of a page, by where they lead: what each would send as it stands."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.found: dict[str, dict[str, str]] = {}
        self._fields: dict[str, str] | None = None
        self._area: str | None = None
        self._select: str | None = None
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        if tag == "form":
            self._fields = self.found.setdefault(given.get("action", ""), {})
        if self._fields is None:
            return
        name = given.get("name", "")
        if tag == "input" and name:
            if given.get("type") in ("checkbox", "radio") and "checked" not in given:
                return
            self._fields[name] = given.get("value", "")
        elif tag == "textarea":
            self._area = name
            self._fields[name] = ""
        elif tag == "select":
            self._select = name
        elif tag == "option" and self._select is not None:
            self._fields.setdefault(self._select, given.get("value", ""))
            if "selected" in given:
                self._fields[self._select] = given.get("value", "")

    def handle_endtag(self, tag: str) -> None:
        if tag == "form":
            self._fields = None
        elif tag == "textarea":
            self._area = None
        elif tag == "select":
            self._select = None

    def handle_data(self, data: str) -> None:
        if self._area is not None and self._fields is not None:
            self._fields[self._area] += data


@dataclass
class Member:
    """Who is signed in by that key."""

    service: Service
    key: str

    def forms(self, path: str) -> dict[str, dict[str, str]]:
        answer = self.service.client.get(path, headers=HTML)
        assert answer.status_code == 200, answer.text
        return Forms(answer.text).found

    def fields(self, path: str) -> dict[str, str]:
        """Those of the form that leads back to the same address."""
        return self.forms(path)[path]

    def post(self, path: str, fields: dict[str, str]) -> httpx2.Response:
        if "form" not in fields:
            fields = {**fields, "form": self.forms("/")["/sign-out"]["form"]}
        return self.service.client.post(path, data=fields, headers=HTML, follow_redirects=False)

    def sign_out(self) -> None:
        assert self.post("/sign-out", {}).status_code == 303


def signed_in(service: Service, scope: str = "write") -> Member:
    key = service.key(scope)["Authorization"].removeprefix("Bearer ")
    form = Forms(service.client.get("/sign-in").text).found["/sign-in"]
    answer = service.client.post(
        "/sign-in", data={**form, "key": key}, headers=HTML, follow_redirects=False
    )
    assert answer.status_code == 303, answer.text
    return Member(service, key)
