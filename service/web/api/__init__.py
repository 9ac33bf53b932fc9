"""/api/v1: events, their history and changes, documents, feeds, rules and deliveries, for programs.

A handler reads the request, opens one transaction, calls one operation and renders its result.
Bodies are checked by the core, which tells of every fault with its pointer; the schemas beside each
route (web.schemas) are what /openapi.json says of them.
"""

from __future__ import annotations

from fastapi import APIRouter

from service.web.api import alerts, documents, events, feeds, following
from service.web.api.service import Api

__all__ = ["Api", "router"]


def router(api: Api) -> APIRouter:
    """The routes of the API."""
    routes = APIRouter(prefix="/api/v1")
    for part in (events, documents, following, feeds, alerts):
        part.register(routes, api)
    return routes
