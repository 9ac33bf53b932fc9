"""One line in the log for a request, as text and as fields.

A reader's address is not written down; that of somebody who was refused is, since whoever looks after the
service has to know where wrong keys come from.
"""

from __future__ import annotations

import logging
from http import HTTPStatus
from typing import Any

from starlette.types import Scope

from service.core.text.masking import masked_path

log = logging.getLogger("horizon.http")

_REFUSED = (HTTPStatus.UNAUTHORIZED, HTTPStatus.FORBIDDEN, HTTPStatus.TOO_MANY_REQUESTS)
WHO = "who"
"""Under this name of a request's state is the name of the key with which it came."""


def log_request(method: str, scope: Scope, status: int, seconds: float) -> None:
    """Log a request. `status`: 0 where no answer began."""
    if not log.isEnabledFor(logging.INFO):
        return
    path, ms = masked_path(scope["path"]), round(seconds * 1000)
    message = f"{method[:20]} {path} {status} {ms} ms"
    fields: dict[str, Any] = {"method": method[:20], "path": path, "status": status, "ms": ms}
    if who := scope.get("state", {}).get(WHO):
        message, fields["by"] = f"{message} by {who}", who
    if status in _REFUSED and scope.get("client"):
        client = str(scope["client"][0])[:64]
        message, fields["client"] = f"{message} from {client}", client
    log.info("%s", message, extra={"fields": fields})
