"""The pages: agenda, month, timeline, an event, subscribing, adding, importing, alerts, signing in.

Server-rendered, nothing from elsewhere, in the browser's language or the one chosen by the switch. A
module for each subject; each works on a Visit (site.py) and gives the templates words, not values.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import TYPE_CHECKING

from fastapi import APIRouter

from service.operations.notices import Notices
from service.web.access import Access
from service.web.pages import (
    add,
    agenda,
    alerts,
    calendar,
    event,
    importing,
    reviewing,
    sign_in,
    subscribe,
)
from service.web.pages.site import Site

if TYPE_CHECKING:
    from service.operations.second_reader import SecondReader
    from service.settings import Settings
    from service.store import Store
    from service.web.limits import ConcurrencyLimit


def build(
    store: Store,
    settings: Settings,
    access: Access,
    notices: Notices,
    documents: ConcurrencyLimit,
    fetches: ConcurrencyLimit,
    now: Callable[[], datetime],
    reader: SecondReader | None = None,
) -> Site:
    """All pages, with their routes. `documents` and `fetches`: the limits on how many documents are
    read, and addresses fetched, at once. `reader`: the language model, where there is one."""
    site = Site(store, settings, access, notices, documents, fetches, now, APIRouter(), reader)
    for subject in (agenda, add, alerts, calendar, event, importing, reviewing, subscribe, sign_in):
        subject.register(site)
    return site
