"""Date phrases in Chinese and English: found in a line (find), and read against a reference date (read).

lexer.py      the words: forms.py (a row a form), words.py (the tables it takes them from), and what a form
              says: numbers.py, times.py, chinese.py, english.py, names.py, saying.py
joining.py    two words that say one date between them
points.py     a date with what stands beside it: weekday, time, zone
grammar.py    points to phrases: ranges, and the words around that say how it is meant
leftovers.py  words of time beside a phrase that it did not take
written.py    a date as written, and the days it means
reading.py    phrase and reference date to `when`
"""

from service.core.dates.phrases.grammar import Phrase, find
from service.core.dates.phrases.reading import Anchor, Read, others, read

__all__ = ["Anchor", "Phrase", "Read", "find", "others", "read"]
