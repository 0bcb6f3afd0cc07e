"""A finished page: its text, and the files beside it."""

from __future__ import annotations

from collections.abc import Mapping


class Page(str):
    """The text of a page; a notebook shows Markdown as such. `files` are the pictures beside it, by their names."""

    files: Mapping[str, str]

    def __new__(cls, text: str, files: Mapping[str, str] | None = None) -> Page:
        """The page of a text."""
        page = super().__new__(cls, text)
        page.files = files or {}
        return page

    def _repr_markdown_(self) -> str:
        return str(self)
