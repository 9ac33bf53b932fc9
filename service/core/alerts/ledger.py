"""The ledger of alerts as the API and the command line give it."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from service.core.alerts.deliveries import Delivery
from service.core.events import wording
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


def time_words(moment: datetime, zone: ZoneInfo, today: date, lang: str) -> str:
    """A time of the ledger as people read it, in `zone`, its day also as it lies from `today`:
    `2026-07-08 周三 09:00（明天）`, `2026-07-08 Wed 09:00 (tomorrow)`."""
    local = moment.astimezone(zone)
    weekday = wording.weekday(local.date(), lang)
    away = _away((local.date() - today).days, lang)
    end = f"（{away}）" if lang == "zh" else f" ({away})"
    return f"{local:%Y-%m-%d} {weekday} {local:%H:%M}{end}"


def _away(days: int, lang: str) -> str:
    if lang == "zh":
        near = {-1: "昨天", 0: "今天", 1: "明天", 2: "后天"}
        return near.get(days, f"{days} 天后" if days > 0 else f"{-days} 天前")
    near = {-1: "yesterday", 0: "today", 1: "tomorrow"}
    return near.get(days, f"in {days} days" if days > 0 else f"{-days} days ago")
