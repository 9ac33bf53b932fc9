"""Which version of Horizon runs."""

from __future__ import annotations

from importlib.metadata import PackageNotFoundError, version


def running() -> str:
    """The version of the installed package; `0` where it runs from a folder and is not installed."""
    try:
        return version("horizon-calendar")
    except PackageNotFoundError:
        return "0"
