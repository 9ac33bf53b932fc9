"""Messages for the tests of channels: short ones, whose names tell them apart, and long ones."""

from __future__ import annotations

from service.core.alerts.message import Message, Paragraph, Span, TextRow

BASE = "https://calendar.example.org"


def message(number: int = 1, lang: str = "zh") -> Message:
    heading = TextRow((Span(f"message {number} · 5月13日 周三", bold=True),))
    row = TextRow((Span("见 "), Span("大会", url=f"{BASE}/events/io", name=True)))
    return Message(lang, f"{BASE}/", (Paragraph((heading, row)),))


def long_digest(
    items: int, lang: str = "zh", title: str = "《关于某某事项的管理办法》正式施行" * 6
) -> Message:
    def item(n: int) -> TextRow:
        name = f"{n} {title}"
        return TextRow(
            (
                Span("5月13日 周三（明天）"),
                Span("· "),
                Span(name, url=f"{BASE}/events/e-{n}", name=True),
            )
        )

    heading = TextRow((Span("message 1 · 5月13日 周三", bold=True),))
    name = TextRow((Span("未来 14 天", bold=True),))
    parts = (Paragraph((heading,)), Paragraph((name,), tuple(map(item, range(items)))))
    return Message(lang, f"{BASE}/", parts)
