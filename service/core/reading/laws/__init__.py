"""Whether a document is a law, or a notice that promulgates one, and the days that it then states.

A regulation's own text is the best source that there is of the day on which it takes effect, and its worst
reader is one that takes it for news: its adoption, its duties and its history are full of dates. So a law is
read by its form, not by what its sentences sound like:

chinese.py  本条例自…起施行, 现予公布，自…起施行: laws, decisions, orders, notices
english.py  this Act comes into force on …, Coming into force …, DATES: …: acts, regulations, rules
text.py     the document as one text, and the lines that its places lie in
stated.py   what is told of a law: Statement, Law
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from service.core.reading.document import Line
from service.core.reading.laws import chinese, english
from service.core.reading.laws.stated import Law, Statement
from service.core.reading.laws.text import Text

__all__ = ["Law", "Statement", "read"]


def read(lines: Sequence[Line], today: date, zone: str) -> Law | None:
    """The days of a law that lie on or after `today`, or None where the document is no law.

    A law that states no such day has no statements: it is in force, or its day cannot be known. `zone` is
    the IANA time zone in which the document's days are counted.
    """
    text = Text(lines)
    return chinese.read(text, today, zone) or english.read(text, today, zone)
