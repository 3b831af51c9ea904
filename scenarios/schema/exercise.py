"""What a scenario asks of the one who studies it: a prediction before the run, and a task after it.

Neither holds an answer: a prediction is held against what the run has measured, and a task is met
when its expectations hold of the present run.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Annotated, TypeVar

from msgspec import Meta
from msgspec.structs import replace

from ..i18n import Language, language
from .records import Record

Line = Annotated[str, Meta(min_length=1, max_length=300)]
Path = Annotated[str, Meta(max_length=300)]


class Text(Record, frozen=True):
    """A text in both languages; where one is missing, the other stands in."""

    en: str = ""
    es: str = ""

    def in_language(self, code: Language | None = None) -> str:
        """The text in the wanted language (by default the one in use)."""
        first, other = (self.es, self.en) if (code or language()) == "es" else (self.en, self.es)
        return first or other


class ChoiceSpec(Record, frozen=True):
    """An entry of `predict.choices`: one of the answers that can be chosen."""

    say: Annotated[Text, Meta(description="the answer in words")] = Text()
    when: Annotated[
        str,
        Meta(
            max_length=300,
            description="an expectation, as in --expect, that holds where this is what happens; of"
            " several the first counts",
        ),
    ] = ""


class PredictSpec(Record, frozen=True):
    """`[predict]`: what the course asks before it shows the run."""

    read: Annotated[Text, Meta(description="what is tried here, in a sentence or two")] = Text()
    question: Annotated[
        Text, Meta(description="what is to be predicted; without it the course asks nothing")
    ] = Text()
    path: Annotated[
        Path,
        Meta(
            description="where the run document has the number that is asked for, as the path of"
            " an expectation"
        ),
    ] = ""
    choices: Annotated[
        tuple[ChoiceSpec, ...], Meta(description="instead of path: the answers to choose from")
    ] = ()


class TaskSpec(Record, frozen=True):
    """`[task]`: what the course asks to bring about."""

    say: Annotated[Text, Meta(description="the task; without it there is none")] = Text()
    goal: Annotated[
        tuple[Line, ...],
        Meta(description="expectations, as in --expect: it is done when the run meets all of them"),
    ] = ()
    hint: Annotated[Text, Meta(description="what leads there, in words")] = Text()
    attempt: Annotated[
        tuple[Line, ...],
        Meta(description="KEY=VALUE, as in --set: what the hint tries when it is asked to"),
    ] = ()


Part = TypeVar("Part", bound=Record)


def map_texts(part: Part, change: Callable[[str], str]) -> Part:
    """The part with every text in it changed, in both languages."""
    if isinstance(part, Text):
        return replace(part, en=change(part.en), es=change(part.es))
    inner = {name: getattr(part, name) for name in part.__struct_fields__}
    tables = {key: map_texts(at, change) for key, at in inner.items() if isinstance(at, Record)}
    lists = {
        key: tuple(map_texts(entry, change) for entry in at)
        for key, at in inner.items()
        if isinstance(at, tuple) and at and isinstance(at[0], Record)
    }
    return replace(part, **tables, **lists)
