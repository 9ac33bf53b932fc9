"""Who may do what: a key in `Authorization: Bearer …`, a session of the pages, and what needs
neither."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from fastapi import Request

from service.core.access.rate_limit import network_of
from service.errors import Forbidden, Unauthorized
from service.operations import keys, sign_in
from service.operations.keys import Caller, Scope
from service.web.request_log import WHO

if TYPE_CHECKING:
    from contextlib import AbstractContextManager

    from service.settings import Settings
    from service.store import Store
    from service.web.limits import RateLimits

SESSION = "horizon_session"


@dataclass(frozen=True)
class Access:
    """Checks requests against the keys and the limits. Raises Unauthorized, Forbidden, TooMany."""

    store: Store
    settings: Settings
    now: Callable[[], datetime]
    limits: RateLimits

    def reader(self, request: Request) -> Caller | None:
        """Who reads; None without a key, where reading needs none. A wrong key is told of even
        where none was needed, since its owner believes in it. A session of the pages reads too."""
        open_to_all = self.settings.public_read
        scheme = request.headers.get("authorization", "").partition(" ")[0].lower()
        if open_to_all and scheme not in ("", "bearer"):
            return self.member(request)  # a proxy's own log-in, which it passes on
        caller = self._caller(request) or self.member(request)
        if caller is None and not open_to_all:
            raise Unauthorized("reading needs a key here: Authorization: Bearer …")
        return caller

    def member(self, request: Request) -> Caller | None:
        """Who is signed in to the pages. Good for reading alone: a form has to bring its token, and
        the API is written to with a key."""
        cookie = request.cookies.get(SESSION)
        if cookie is None:
            return None
        caller = sign_in.who(self.store, cookie, self.settings.admin_key, self.now())
        if caller is not None:
            setattr(request.state, WHO, caller.name)
        return caller

    def require(self, request: Request, scope: Scope) -> Caller:
        """Who sends the request, with that right at least."""
        caller = self._caller(request)
        if caller is None:
            raise Unauthorized(f"this needs a key with the scope {scope}: Authorization: Bearer …")
        if not caller.scope.allows(scope):
            raise Forbidden(
                f"the key {caller.name} has the scope {caller.scope}; this needs {scope}"
            )
        return caller

    def write(self, request: Request, scope: Scope = Scope.WRITE, cost: int = 1) -> Caller:
        """Who changes something, with that right at least; counted for as many changes."""
        caller = self.require(request, scope)
        self.limits.write(caller.name, cost)
        return caller

    def document(self, request: Request, scope: Scope) -> Caller:
        """Who has a document read, with that right at least; counted."""
        caller = self.require(request, scope)
        self.limits.document(caller.name)
        return caller

    def guess(self, request: Request, secret: str) -> AbstractContextManager[None]:
        """Around the look at whether a secret that was sent is right: wrong ones are counted."""
        return self.limits.guess(
            network_of(request.client.host if request.client else None), secret
        )

    def quotes(self, caller: Caller | None) -> bool:
        """Whether sources may be quoted to this caller, or only named."""
        return caller is not None or self.settings.public_excerpts

    def _caller(self, request: Request) -> Caller | None:
        header = request.headers.get("authorization")
        if header is None:
            return None
        known: Caller | None = getattr(request.state, "caller", None)
        if known is not None:  # asked before the body was read
            return known
        scheme, _, key = header.partition(" ")
        if scheme.lower() != "bearer" or not key.strip():
            raise Unauthorized("the Authorization header must read: Bearer, a space, the key")
        with self.guess(request, key.strip()):
            caller = keys.identify(self.store, key.strip(), self.settings.admin_key, self.now())
            if caller is None:
                raise Unauthorized("this key is not known or was revoked")
        request.state.caller = caller
        setattr(request.state, WHO, caller.name)
        return caller
