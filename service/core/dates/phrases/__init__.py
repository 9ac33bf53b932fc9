"""Date phrases in Chinese and English: found in a line (find), and read against a reference date (read).

lexer.py    the words: forms.py (a row a form), words.py (the tables it takes them from), meanings.py (what
            a form says)
grammar.py  words to phrases
written.py  a date as written, and the days it means
reading.py  phrase and reference date to `when`
"""

from service.core.dates.phrases.grammar import Phrase, find
from service.core.dates.phrases.reading import Anchor, Read, others, read

__all__ = ["Anchor", "Phrase", "Read", "find", "others", "read"]
