"""Rules of alerts, and what was sent, is owed or failed."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from fastapi import APIRouter, Request
from starlette.responses import Response

from service.core.alerts import ledger
from service.core.alerts.deliveries import State
from service.errors import Problem
from service.operations.keys import Scope
from service.web.api import answers, query
from service.web.problems import InvalidQuery
from service.web.schemas import documented

if TYPE_CHECKING:
    from service.web.api.service import Api


def register(routes: APIRouter, api: Api) -> None:
    def listed(type_: str) -> Callable[[Request], Response]:
        def list_rules(request: Request) -> Response:
            api.access.require(request, Scope.READ)
            query.read(request, ())
            with api.store.reading() as reading:
                held = reading.rules(type_)
            return answers.rendered({"items": [rule.spec for rule in held]})

        return list_rules

    for type_, path in (
        ("digest", "digests"),
        ("reminder", "reminders"),
        ("change", "change-rules"),
    ):
        routes.add_api_route(
            f"/{path}", listed(type_), methods=["GET"], **documented(f"list_{path}")
        )

    @routes.get("/deliveries", **documented("list_deliveries"))
    def list_deliveries(request: Request) -> Response:
        api.access.require(request, Scope.READ)
        asked = query.read(request, ("state", "event"))
        state, about = query.one(asked, "state"), query.one(asked, "event")
        if state is not None and state not in list(State):
            known = ", ".join(State)
            raise InvalidQuery([Problem("/state", f"{state[:40]!r} is not one of {known}")])
        states = None if state is None else [State(state)]
        with api.store.reading() as reading:
            held = reading.deliveries(states) if about is None else reading.told(about)
        held = [row for row in held if states is None or row.state in states]
        return answers.rendered({"items": [ledger.delivery(row) for row in held]})
