"""Everything Horizon raises on purpose. It knows no HTTP status and no exit code: each edge translates.

HorizonError
├── InvalidInput          what was given is wrong; one Problem per fault, each with its place
│   ├── InvalidFile       the same for events.yaml, with file, line and column
│   └── DocumentError     a document that cannot be read, and why
├── NotFound              nothing under that name
├── Conflict              it exists already, or someone else changed it in between
│   └── Outdated          the version that the caller knows is no longer the newest
├── Unauthorized          no key, or one that is not known
├── Forbidden             a key that may not do this
├── TooMany               a client asks for more than its share; says when to try again
├── Busy                  what others have begun has to end first
├── Gone                  the journal has no such number: the reader has to begin anew
├── RemovalsRefused       a sync that would withdraw most of the file's events
├── FetchFailed           an address of the internet from which nothing came
├── ModelFailed           a language model that gave no answer
├── SettingsError         a setting that cannot be used
└── StoreUnavailable      the database cannot be used now; trying again may help
    ├── StoreReadOnly     it can be read but not written
    ├── StoreFailing      a change did not get through to its disk, which is full or fails
    └── StoreTooNew       a newer Horizon wrote it; this one must not touch it
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from service.sentences import Sentence


@dataclass(frozen=True)
class Problem:
    """One fault in what was given: where (an RFC 6901 JSON pointer) and what to do about it, a Sentence
    where it has words in other languages than English."""

    pointer: str
    detail: str

    def under(self, prefix: str) -> Problem:
        return Problem(prefix + self.pointer, self.detail)


@dataclass(frozen=True)
class FileProblem:
    """One fault in a file; line and column count from 1."""

    file: str
    line: int
    column: int
    key: str
    detail: str

    def __str__(self) -> str:
        where = f"{self.file}:{self.line}:{self.column}: " + (f"{self.key}: " if self.key else "")
        return Sentence("in_file", where=where, detail=self.detail)


class HorizonError(Exception):
    """The root; its text is one sentence for a user."""

    @property
    def outside(self) -> str:
        """What strangers are told of it."""
        return str(self)


class InvalidInput(HorizonError):
    def __init__(self, problems: Sequence[Problem]) -> None:
        self.problems = tuple(problems)
        super().__init__(
            "; ".join(f"{p.pointer}: {p.detail}" if p.pointer else p.detail for p in problems)
        )


class InvalidFile(InvalidInput):
    def __init__(self, problems: Sequence[FileProblem]) -> None:
        self.file_problems = tuple(sorted(problems, key=lambda p: (p.line, p.column)))
        super().__init__([Problem("", str(p)) for p in self.file_problems])


class DocumentError(InvalidInput):
    """One sentence that says what the document is or has, and what to do about it."""

    def __init__(self, message: str) -> None:
        super().__init__([Problem("", message)])


class NotFound(HorizonError):
    def __init__(self, what: str, name: str) -> None:
        self.what, self.name = what, name
        remedy = _REMEDIES.get(what)
        told = f"there is no {what} {name!r}" + (f"; {remedy}" if remedy else "")
        super().__init__(Sentence("event_not_found", id=name) if what == "event" else told)


_REMEDIES = {
    "file": "check the path (`horizon init` writes an events.yaml to start from)",
    "private feed": "`horizon feeds list` shows which there are",
    "digest": "events.yaml names the digests",
    "delivery": "`horizon alerts list` shows the keys",
    "import": "imports are kept for 30 days; send the document again",
    "key": "`horizon keys list` shows the names",
}


class Conflict(HorizonError):
    pass


class Outdated(Conflict):
    pass


class Unauthorized(HorizonError):
    pass


class Forbidden(HorizonError):
    pass


class TooMany(HorizonError):
    def __init__(self, what: str, seconds: int) -> None:
        self.seconds = seconds
        plural = "" if seconds == 1 else "s"
        super().__init__(f"too many {what}; try again in {seconds} second{plural}")


class Busy(HorizonError):
    pass


class Gone(HorizonError):
    pass


class RemovalsRefused(HorizonError):
    def __init__(self, removed: Sequence[str], owned: int, what: str = "events") -> None:
        self.removed, self.owned = tuple(removed), owned
        super().__init__(
            f"the file no longer has {len(removed)} of its {owned} {what} ({', '.join(removed[:5])}"
            f"{', …' if len(removed) > 5 else ''}); nothing was changed. If they are meant to go, "
            "run `horizon sync --allow-removals`"
        )


class FetchFailed(HorizonError):
    pass


class ModelFailed(HorizonError):
    """`zh` says the same in Chinese; `final`: asking it about the rest of the document is no use. No key, and
    nothing that the server said, is in it."""

    def __init__(self, message: str, zh: str, *, final: bool = False) -> None:
        self.zh, self.final = zh, final
        super().__init__(message)


class SettingsError(HorizonError):
    pass


class StoreUnavailable(HorizonError):
    """`reason` is the database's own word, with its host and user: for whoever runs the service."""

    def __init__(self, what: str, *, reason: str = "", do: str = "") -> None:
        super().__init__(what + (f": {reason}" if reason else "") + (f"; {do}" if do else ""))
        self._what = what

    @property
    def outside(self) -> str:
        return self._what


class StoreReadOnly(StoreUnavailable):
    pass


class StoreFailing(StoreUnavailable):
    pass


class StoreTooNew(StoreUnavailable):
    pass
