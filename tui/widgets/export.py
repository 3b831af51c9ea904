"""The page on which is chosen what is written as a file, and on which it says where that is."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import ClassVar

from textual.binding import Binding, BindingType

from ..exporting import KINDS, page, told
from ..files import folder
from ..runs import Lines
from ..strips import Paint
from .page import Page


class Export(Page):
    """Hands what is chosen to `write`, and shows what is said of it."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape,q,X", "dismiss", show=False),
        Binding("down,j", "choose(1)", show=False),
        Binding("up,k", "choose(-1)", show=False),
        Binding("enter,space", "write", show=False),
        *(Binding(str(at), f"write({at - 1})", show=False) for at in range(1, len(KINDS) + 1)),
    ]

    def __init__(
        self,
        paint: Paint,
        files: Callable[[], Mapping[str, str]],
        write: Callable[[str, Path], None],
    ) -> None:
        super().__init__(paint, self._page)
        self._files, self._write = files, write
        self._chosen, self._said = 0, (True, "")

    def _page(self, columns: int, rows: int) -> Lines:
        size = (columns, rows)
        return page(self._files(), self._chosen, self._said, str(folder()), size)

    def action_choose(self, by: int) -> None:
        self._chosen = (self._chosen + by) % len(KINDS)
        self.show()

    def action_write(self, which: int | None = None) -> None:
        self._chosen = self._chosen if which is None else which
        kind = [*KINDS][self._chosen]
        self._write(kind, folder() / self._files()[kind])

    def say(self, path: str, reason: str) -> None:
        """What has become of a file."""
        self._said = told(path, reason)
        self.show()
