"""The whole service below the path of BASE_URL, as `https://example.org/horizon`.

Inside, every path is as if there were none: it is taken off what comes in and put before where an
answer leads. Links in pages, cookies and feeds are written with it from the start.
"""

from __future__ import annotations

from collections.abc import Sequence

from starlette.types import Message, Receive, Scope, Send

from service.web.feed_cache import ReadyFeeds
from service.web.headers import Raw

_LOCATION = b"location"


class Mounted:
    """An ASGI application below a path such as `/horizon`.

    A request without that path is answered too: a proxy may have taken it off already, and whoever
    asks the port itself, such as a container's health check, knows nothing of it.
    """

    def __init__(self, app: ReadyFeeds, path: str) -> None:
        self._app, self._path, self._raw = app, path, path.encode("ascii")

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return

        async def sending(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = [self._below(*header) for header in message.get("headers", ())]
                message = {**message, "headers": headers}
            await send(message)

        await self._app(self._within(scope), receive, sending)

    def at_once(self, target: bytes, headers: Raw) -> Sequence[bytes] | None:
        """As ReadyFeeds gives it: nothing in it leads anywhere."""
        below = target.startswith(self._raw + b"/")
        return self._app.at_once(target.removeprefix(self._raw) if below else target, headers)

    def _within(self, scope: Scope) -> Scope:
        path = scope["path"]
        if path != self._path and not path.startswith(f"{self._path}/"):
            return scope
        raw = scope.get("raw_path") or path.encode()
        return {
            **scope,
            "path": path.removeprefix(self._path) or "/",
            "raw_path": raw.removeprefix(self._raw) or b"/",
        }

    def _below(self, name: bytes, value: bytes) -> tuple[bytes, bytes]:
        if name.lower() == _LOCATION and value.startswith(b"/"):
            value = self._raw + value
        return name, value
