"""Which version of Horizon runs."""

from __future__ import annotations


def running() -> str:
    """The version of the installed package; `0` where it runs from a folder and is not installed."""
    # It takes as long as everything that `horizon --help` needs otherwise.
    from importlib.metadata import PackageNotFoundError, version

    try:
        return version("horizon-calendar")
    except PackageNotFoundError:
        return "0"
