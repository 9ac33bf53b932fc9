"""What the handlers of the API work with."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from fastapi import Request
from starlette.responses import Response

from service.core.events.event import Origin
from service.operations import catalogue
from service.operations.events import By
from service.operations.idempotency import Reply, fingerprint, once, read_key
from service.operations.keys import Caller
from service.web.api import answers
from service.web.language import language

if TYPE_CHECKING:
    from service.operations.second_reader import SecondReader
    from service.settings import Settings
    from service.store import Store, Writing
    from service.web.access import Access
    from service.web.limits import ConcurrencyLimit


@dataclass(frozen=True)
class Api:
    """`documents` and `fetches`: the limits on how many documents are read, and addresses fetched at
    once. `reader`: the language model, where there is one."""

    store: Store
    settings: Settings
    access: Access
    documents: ConcurrencyLimit
    fetches: ConcurrencyLimit
    now: Callable[[], datetime]
    reader: SecondReader | None = None

    def by(self, caller: Caller) -> By:
        """In whose name the caller changes events."""
        settings = self.settings
        known = catalogue.current(settings.events_file)
        now = self.now()
        return By(caller.name, Origin.API, now, settings.timezone, known, lang=settings.language)

    def lang(self, request: Request) -> str:
        return language(request, self.settings.language)

    def carried_out(
        self, request: Request, caller: Caller, data: bytes, act: Callable[[Writing], Reply]
    ) -> Response:
        """Do it in one transaction, or answer again what was answered to the same key."""
        key = read_key(request.headers.get("idempotency-key"), caller.name)
        print_ = fingerprint(request.method.encode(), request.url.path.encode(), data)
        with self.store.writing(self.now()) as writing:
            reply = once(writing, key, print_, lambda: act(writing))
        return answers.sent(reply)
