"""Bytes of a text, Markdown, HTML, PDF, DOCX, CSV or XLSX file to clean numbered lines; no dates, no meaning.

`read` looks at the bytes themselves for what they are. What takes a large reader (PDF, DOCX, XLSX, HTML) is
opened in a process of its own, `service.documents.child`, which may use so much memory and time and no more: a
file made to hurt ends that process, not the service.
"""

from service.documents.limits import DocumentLimits
from service.documents.reading import read

__all__ = ["DocumentLimits", "read"]
