"""The reader of hand-ins: LaTeX, Markdown, Unicode, plain text and program code, by one grammar."""

from backprop_steps.checking.reading.bounds import ReadingError
from backprop_steps.checking.reading.page import read_page

__all__ = ["ReadingError", "read_page"]
