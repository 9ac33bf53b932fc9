"""Values of the API's own formats, for schemathesis: random text would never be a date."""

import schemathesis
from hypothesis import strategies as st

schemathesis.openapi.format(
    "edtf",
    st.sampled_from(
        [
            "2026-07-15",
            "2026-05-13/2026-05-14",
            "2026-05-20T01:00+08:00",
            "2026-05-20T10:00",
            "2026-05",
            "[2026-05-21..2026-05-31]",
            "2026-Q2",
            "2026-H1",
            "2026",
            "2026-05-20~",
            "2026-02-30",
        ]
    ),
)
schemathesis.openapi.format(
    "iana-time-zone", st.sampled_from(["Asia/Shanghai", "America/Los_Angeles", "UTC", "Mars/Base"])
)
schemathesis.openapi.format(
    "rrule", st.sampled_from(["FREQ=YEARLY", "FREQ=DAILY;COUNT=3", "FREQ=HOURLY", "COUNT=1"])
)


def _as_it_is(context: object, value: object) -> bytes:
    """What schemathesis has no way of its own to send."""
    return value if isinstance(value, bytes) else str(value).encode("utf-8", "replace")


for media_type in (
    "text/markdown",
    "text/html",
    "text/calendar",
    "application/pdf",
    "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
):
    schemathesis.serializer(media_type)(_as_it_is)
