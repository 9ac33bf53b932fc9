"""What Slack sends: commands, pressed buttons and filled-in dialogs, by HTTP or by Socket Mode.

Not slack-bolt: of it this would use a signature check and a table of four names, and for that it
makes clients of its own whose retries have to be found and switched off. A request is checked,
acknowledged with what can be told without waiting (a bad date in a dialog), and carried out behind
that; its answer goes to the address that came with it.
"""

from __future__ import annotations

import hashlib
import hmac
import json
import logging
import re
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import datetime
from http import HTTPStatus
from typing import TYPE_CHECKING, Annotated, Any
from urllib.parse import parse_qs

from fastapi import APIRouter, Depends, Request
from starlette.exceptions import HTTPException
from starlette.responses import JSONResponse, Response

from service.channels.slack import Answers, SlackFailure
from service.core.alerts.blockkit import SlackMessage
from service.core.alerts.message import safe
from service.errors import HorizonError, Unauthorized
from service.operations import catalogue
from service.operations.slack_commands import (
    DIALOG,
    FIELD,
    SET_DATE,
    UNDO,
    Dialog,
    SlackCommands,
)
from service.web.bodies import MOST_BYTES, body, json_object, media_type
from service.web.problems import Unreadable

if TYPE_CHECKING:
    from service.settings import Settings
    from service.store import Store

log = logging.getLogger(__name__)

PATH = "/slack/events"
OLDEST = 300
"""How many seconds a request may be old; an older one may be a copy that somebody kept."""

Payload = Mapping[str, Any]
Run = Callable[[Callable[[], None]], object]
# Whatever it is said to be: what is not signed is refused as such, whatever else is wrong with it.
AnyBody = Annotated[bytes, Depends(body(MOST_BYTES, None))]
_FORM = "application/x-www-form-urlencoded"


def verify(secret: str, headers: Mapping[str, str], data: bytes, now: datetime) -> None:
    """Raises Unauthorized unless Slack sent this, just now. (slack_sdk's own check raises ValueError
    or TypeError for headers that are not as they should be.)"""
    stamp = headers.get("x-slack-request-timestamp", "")
    if not re.fullmatch(r"[0-9]{1,12}", stamp):
        raise Unauthorized(
            "this address is for Slack: the request has no X-Slack-Request-Timestamp"
        )
    signed = hmac.new(secret.encode(), b"v0:" + stamp.encode() + b":" + data, hashlib.sha256)
    given = headers.get("x-slack-signature", "").encode("utf-8", "surrogateescape")
    if not hmac.compare_digest(b"v0=" + signed.hexdigest().encode(), given):
        raise Unauthorized(
            "X-Slack-Signature is not that of this request; is HORIZON_SLACK_SIGNING_SECRET the app's?"
        )
    if abs(now.timestamp() - int(stamp)) > OLDEST:
        raise Unauthorized("the request is too old, or this machine's clock is wrong")


@dataclass(frozen=True)
class SlackRequests:
    """Takes payloads, wherever they came from. `run` carries out what need not be waited for."""

    commands: SlackCommands
    answers: Answers
    run: Run

    def take(self, payload: Payload) -> dict[str, Any] | None:
        """What to acknowledge the request with; None for nothing. Touches neither network nor
        database."""
        kind = _text(payload, "type")
        if kind == "url_verification":
            return {"challenge": _text(payload, "challenge")}
        if kind == "view_submission":
            return self._submitted(payload)
        if kind == "block_actions":
            self._pressed(payload)
        elif _text(payload, "command"):
            self._commanded(payload)
        return None

    def _commanded(self, payload: Payload) -> None:
        # Slack escapes these three in what people write.
        text = _text(payload, "text").replace("&lt;", "<").replace("&gt;", ">")
        text, who, key = text.replace("&amp;", "&"), _who(payload), _key(payload)
        url = _text(payload, "response_url")
        self._later(url, lambda: self.commands.command(text, who, key))

    def _pressed(self, payload: Payload) -> None:
        actions = payload.get("actions")
        action = actions[0] if isinstance(actions, list) and actions else None
        name, value = _text(action, "action_id"), _text(action, "value")
        url, who, key = _text(payload, "response_url"), _who(payload), _key(payload)
        if name == UNDO:
            self._later(url, lambda: self.commands.undo(value, who, key), replace=True)
        elif name == SET_DATE:
            trigger = _text(payload, "trigger_id")
            self._later(url, lambda: self._open_dialog(value, trigger, url))

    def _open_dialog(self, event_id: str, trigger: str, url: str) -> SlackMessage | None:
        if not self.answers.dialogs:
            return self.commands.note("no token")
        try:
            self.answers.open_dialog(trigger, self.commands.dialog(event_id, url))
        except HorizonError as fault:
            return self.commands.refusal(fault)
        return None

    def _submitted(self, payload: Payload) -> dict[str, Any] | None:
        view = payload.get("view")
        if _text(view, "callback_id") != DIALOG:
            return None
        try:
            dialog = Dialog.read(_text(view, "private_metadata"))
        except ValueError:
            raise Unreadable("this dialog is not Horizon's") from None
        text = _text(view, "state", "values", FIELD, FIELD, "value")
        fault = self.commands.date_fault(text, dialog.timezone)
        if fault is not None:
            return {"response_action": "errors", "errors": {FIELD: fault}}
        who, key = _who(payload), _key(payload)
        self._later(dialog.response_url, lambda: self.commands.set_date(dialog, text, who, key))
        return None

    def _later(
        self, url: str, act: Callable[[], SlackMessage | None], *, replace: bool = False
    ) -> None:
        def work() -> None:
            try:
                message = act()
            except Exception:
                log.exception("a request from Slack failed")
                message = self.commands.note("failed")
            if message is None:
                return
            try:
                self.answers.answer(url, message, replace=replace)
            except SlackFailure as failure:
                log.warning("a request from Slack was carried out but not answered: %s", failure)

        self.run(work)


def from_settings(
    store: Store, settings: Settings, now: Callable[[], datetime], run: Run | None = None
) -> SlackRequests:
    """Requests over one store; without `run` a few threads of their own carry them out."""
    commands = SlackCommands(
        store,
        now,
        settings.timezone,
        settings.language,
        settings.base_url.rstrip("/"),
        lambda: catalogue.current(settings.events_file),
    )
    answers = Answers(settings.slack_bot_token, api_url=settings.slack_api_url)
    return SlackRequests(commands, answers, run or ThreadPoolExecutor(4, "slack").submit)


def router(
    requests: SlackRequests | None, secret: str | None, now: Callable[[], datetime]
) -> APIRouter:
    """The address that Slack sends to; a hint instead where the settings have no signing secret."""
    routes = APIRouter()

    @routes.post(PATH, include_in_schema=False)
    def slack_events(request: Request, data: AnyBody) -> Response:
        if requests is None or secret is None:
            raise HTTPException(
                HTTPStatus.NOT_FOUND,
                "requests of Slack are not taken here: set HORIZON_SLACK_SIGNING_SECRET, or "
                "HORIZON_SLACK_APP_TOKEN for Socket Mode (docs/ALERTS.md)",
            )
        verify(secret, request.headers, data, now())
        answer = requests.take(_payload(data, media_type(request)))
        return Response() if answer is None else JSONResponse(answer)

    return routes


def _payload(data: bytes, kind: str) -> Payload:
    """What Slack says: JSON, a form, or a form whose one field is JSON. Raises Unreadable."""
    if kind != _FORM:
        return json_object(data)
    try:
        form = parse_qs(data.decode("utf-8"), keep_blank_values=True, max_num_fields=100)
    except ValueError:
        raise Unreadable("the form cannot be read") from None
    fields = {key: values[-1] for key, values in form.items()}
    return json_object(fields["payload"].encode()) if "payload" in fields else fields


def _text(value: Any, *path: str) -> str:
    """The text at that path; empty where there is none."""
    for key in path:
        value = value.get(key) if isinstance(value, Mapping) else None
    return value if isinstance(value, str) else ""


def _who(payload: Payload) -> str:
    user = payload.get("user")
    names = (_text(payload, "user_name"), _text(user, "username"), _text(user, "name"))
    ids = (_text(payload, "user_id"), _text(user, "id"))
    return next((name for name in (safe(n, 80) for n in (*names, *ids)) if name), "slack")


def _key(payload: Payload) -> str:
    """The same for a request and its repeats: what triggered it, else all that it says."""
    told = _text(payload, "trigger_id") or json.dumps(payload, sort_keys=True)
    return f"slack/{hashlib.sha256(told.encode('utf-8', 'surrogatepass')).hexdigest()}"
