"""The ledger of alerts as the API and the command line give it."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from service.core.alerts.deliveries import Delivery
from service.core.events.representation import instant


def delivery(row: Delivery) -> dict[str, Any]:
    """A row of the ledger of alerts; times are the machine's."""

    def at(moment: datetime | None) -> str | None:
        return instant(moment) if moment else None

    return {
        "key": row.key,
        "kind": row.kind.value,
        "rule": row.rule,
        "channel": row.channel,
        "event_id": row.event_id,
        "due_at": instant(row.due_at),
        "sent_at": at(row.sent_at),
        "state": row.state.value,
        "attempts": row.attempts,
        "error": row.error,
        "next_at": at(row.next_at),
        "ts": row.ts,
        "joined_to": row.joined_to,
    }
