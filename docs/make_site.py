"""Build the site: `python docs/make_site.py` writes build/site, one site per language, from the
pages in docs/<language>/ and those that the other scripts have written to build/generated/.

What is read on a repository host is read there too: a committed page links to files that are
committed, and the links that have a better place on the site are turned to it here.
"""

from __future__ import annotations

import json
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import get_args

from latex2mathml.converter import convert
from vglab.scenarios.i18n import Language
from vglab.scenarios.loading import course
from writing import GENERATED

DOCS = Path(__file__).parent
BUILD = GENERATED.parent
NAMES: Mapping[Language, str] = {"en": "English", "es": "Español"}
DESCRIPTION: Mapping[Language, str] = {
    "en": "The lab bench for gradient flow",
    "es": "El banco de pruebas del gradiente",
}
NAV: Sequence[tuple[Mapping[Language, str], Sequence[str]]] = (
    ({"en": "Start", "es": "Empezar"}, ("index", "tutorial", "lab", "gallery")),
    ({"en": "Presets", "es": "Escenarios"}, ("presets/index",)),
    (
        {"en": "Experiments", "es": "Experimentos"},
        ("contract", "data", "sweeps", "million", "api", "own-parts"),
    ),
    ({"en": "Teaching", "es": "Enseñar"}, ("course", "grading", "shared")),
    ({"en": "Your training", "es": "Su entrenamiento"}, ("watch", "watch-verdict")),
    (
        {"en": "Evidence", "es": "Evidencia"},
        ("claims", "laws", "papers", "detectors", "speed"),
    ),
    (
        {"en": "Reference", "es": "Referencia"},
        ("keys", "glossary", "references", "inside"),
    ),
)
"""The sections, with the pages of each in reading order; those of presets follow the course."""
PRESET_FILE = re.compile(r"\]\(\.\./\.\./scenarios/presets/([\w-]+)\.toml\)")
PICTURE = re.compile(r"^(!\[[^\]]*\]\(\.\./pictures/([^)]+)\))$", re.M)
FENCED = re.compile(r"^```.*?^```$|`[^`\n]*`", re.M | re.S)
BLOCK = re.compile(r"^\$\$\n(.*?)\n\$\$$", re.M | re.S)
INLINE = re.compile(r"(?<![\\$\w])\$([^\s$](?:[^$\n]*[^\s$])?)\$(?!\w)")


def typeset(page: str) -> str:
    """The page with its formulas, `$…$` and `$$` blocks of LaTeX, as MathML, outside of code."""
    parts: list[str] = []
    end = 0
    for found in FENCED.finditer(page):
        parts += [formulas(page[end : found.start()]), found[0]]
        end = found.end()
    return "".join([*parts, formulas(page[end:])])


def formulas(text: str) -> str:
    """The text with MathML in place of LaTeX; in a line of text within a span, as Markdown takes
    an element that it does not know for a paragraph of its own where a line begins with it."""
    text = BLOCK.sub(
        lambda found: f'<div class="formula">{convert(found[1], display="block")}</div>', text
    )
    return INLINE.sub(lambda found: f"<span>{convert(found[1])}</span>", text)


def on_site(page: str) -> str:
    """A committed page as the site has it: links to presets' files lead to their pages, pictures
    stand beside the pages and lead to themselves, as a phone shows them small, and formulas are
    typeset."""
    page = PRESET_FILE.sub(r"](presets/\1.md)", page)
    page = PICTURE.sub(r"[\1](pictures/\2)", page)
    return typeset(page.replace("](../pictures/", "](pictures/"))


def assemble(language: Language, to: Path) -> None:
    """All pages of a language: those of docs/, and over them the generated ones."""
    shutil.rmtree(to, ignore_errors=True)
    shutil.copytree(DOCS / "pictures", to / "pictures")
    shutil.copytree(DOCS / "theme", to / "theme", ignore=shutil.ignore_patterns("partials"))
    shutil.copytree(DOCS / language, to, ignore=shutil.ignore_patterns("*.md"), dirs_exist_ok=True)
    for root, read in ((DOCS / language, on_site), (GENERATED / language, typeset)):
        for page in sorted(root.glob("**/*.md")):
            target = to / page.relative_to(root)
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_text(read(page.read_text("utf-8")), "utf-8")
    if (GENERATED / "pictures").is_dir():
        shutil.copytree(GENERATED / "pictures", to / "pictures", dirs_exist_ok=True)


def navigation(language: Language) -> Iterator[Mapping[str, object]]:
    """The sections in the language; those of presets are the course's chapters."""
    for title, pages in NAV:
        entries: list[object] = [f"{page}.md" for page in pages]
        if "presets/index" in pages:
            entries += [
                {
                    chapter.title.in_language(language): [
                        f"presets/{id}.md" for id in chapter.presets
                    ]
                }
                for chapter in course.chapters()
            ]
        yield {title[language]: entries}


def configuration(language: Language) -> Mapping[str, object]:
    """What the site generator is told; JSON is YAML too."""
    others = [of for of in get_args(Language) if of != language]
    return {
        "site_name": "vglab",
        "site_description": DESCRIPTION[language],
        "docs_dir": f"pages/{language}",
        "site_dir": f"site/{language}",
        "use_directory_urls": False,
        "theme": {
            "variant": "classic",
            "language": language,
            "font": False,
            "custom_dir": str(DOCS / "theme"),
            "features": [
                "navigation.tabs",
                "navigation.tabs.sticky",
                "navigation.footer",
                "navigation.indexes",
                "navigation.top",
                "toc.follow",
                "content.code.copy",
                "search.highlight",
            ],
            "palette": [
                {
                    "media": f"(prefers-color-scheme: {scheme})",
                    "scheme": name,
                    "primary": "blue grey",
                    "accent": "deep orange",
                    "toggle": {"icon": f"material/weather-{icon}", "name": other},
                }
                for scheme, name, icon, other in (
                    ("light", "default", "sunny", "dark"),
                    ("dark", "slate", "night", "light"),
                )
            ],
        },
        "extra_css": ["theme/site.css"],
        "extra": {
            "generator": False,
            "alternate": [
                {"name": NAMES[of], "label": of.upper(), "link": f"../{of}/", "lang": of}
                for of in others
            ],
        },
        "markdown_extensions": [
            "tables",
            "admonition",
            "attr_list",
            "md_in_html",
            {"toc": {"permalink": True}},
        ],
        "plugins": ["search"],
        "nav": list(navigation(language)),
    }


def build(language: Language) -> None:
    """Build the site of a language; a warning, such as a dead link, is an error."""
    assemble(language, BUILD / "pages" / language)
    told = BUILD / f"mkdocs-{language}.yml"
    told.write_text(json.dumps(configuration(language), ensure_ascii=False, indent=1), "utf-8")
    command = [sys.executable, "-m", "zensical", "build", "--strict", "--clean"]
    ran = subprocess.run(
        [*command, "--config-file", str(told)], capture_output=True, text=True, check=False
    )
    if ran.returncode:
        sys.exit(ran.stdout + ran.stderr)
    # Its links are a whole host's, not a folder's.
    (BUILD / "site" / language / "404.html").unlink()


DOOR = """<!doctype html>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width,initial-scale=1">
<title>vglab</title>
<p><a href="en/index.html" lang="en">Documentation in English</a></p>
<p><a href="es/index.html" lang="es">Documentación en español</a></p>
<script>
  location.replace((navigator.language.startsWith("es") ? "es" : "en") + "/index.html")
</script>
"""
"""The first page, which chooses the reader's language."""


def main() -> None:
    """Build both sites, and the page that leads to them."""
    shutil.rmtree(BUILD / "site", ignore_errors=True)
    for language in get_args(Language):
        build(language)
    (BUILD / "site" / "index.html").write_text(DOOR, "utf-8")


if __name__ == "__main__":
    main()
