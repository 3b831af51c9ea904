"""`vglab glossary`: print what terms mean, all of them or those that are asked for."""

from collections.abc import Iterator, Sequence

import click
import msgspec

from ....scenarios.i18n import N_
from ....scenarios.loading.glossary import Term, UnknownTerm, find_terms, term_chapters, terms
from ...render.glossary_text import term_lines
from ..localized import Command
from ..options import common_options, option
from ..output import print_data, print_error
from ..process import ExitCode
from . import COMMANDS

WIDE = 80


@click.command(
    cls=Command,
    help=COMMANDS["glossary"],
    examples=(
        ("vglab glossary", N_("all terms, by subject")),
        ("vglab glossary budget", N_("one term, by its name, its sign or its key in JSON")),
        ("vglab glossary --json", N_("the same for a program")),
    ),
)
@click.argument("words", metavar="[TERM]...", nargs=-1)
@option("--json", "as_json", is_flag=True, help=N_("Print JSON."))
@common_options
@click.pass_context
def glossary(ctx: click.Context, words: Sequence[str], as_json: bool) -> None:
    try:
        found = [term for word in words for term in find_terms(word)] or [*terms()]
    except UnknownTerm as error:
        print_error(str(error))
        ctx.exit(ExitCode.WRONG)
    wanted = [*dict.fromkeys(found)]
    print_data(as_document(wanted) if as_json else "\n".join(page(wanted, bool(words))))


class TermEntry(msgspec.Struct, frozen=True):
    """A term, as `vglab glossary --json` has it."""

    id: str
    name: str
    sign: str
    keys: tuple[str, ...]
    says: str


def as_document(wanted: Sequence[Term]) -> bytes:
    """The terms as JSON, in the language in use."""
    entries = [
        TermEntry(one.id, one.name.in_language(), one.sign, one.keys, one.says.in_language())
        for one in wanted
    ]
    return msgspec.json.format(msgspec.json.encode(entries), indent=2)


def page(wanted: Sequence[Term], few: bool) -> Iterator[str]:
    """The terms in words; under their subjects, unless they are few."""
    for chapter in term_chapters():
        members = [term for term in chapter.term if term in wanted]
        if members and not few:
            yield chapter.title.in_language().upper()
            yield ""
        for term in members:
            yield from term_lines(term, WIDE)
            yield ""
