"""The site as it is built: every page in both languages, and every link and anchor of it."""

import re
from collections.abc import Iterator
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import unquote, urlsplit

import pytest
from docs_scripts import DOCS, script
from vglab.scenarios import i18n as words
from vglab.scenarios.loading.course import paper_ids


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The site, with a line in place of each page that takes long to generate."""
    build = tmp_path_factory.mktemp("build")
    with pytest.MonkeyPatch.context() as patch:
        pages, maker = script("make_pages"), script("make_site")
        patch.setattr(pages, "GENERATED", build / "generated")
        patch.setattr(maker, "GENERATED", build / "generated")
        patch.setattr(maker, "BUILD", build)
        for language in ("en", "es"):
            (build / "generated" / language / "presets").mkdir(parents=True)
            pages.write_list(language)
            pages.write_keys(language)
            pages.write_glossary(language)
            for summary in pages.presets():
                page = build / "generated" / language / "presets" / f"{summary.id}.md"
                page.write_text(f"# {summary.id}\n\n$\\sigma_w^2$\n")
        maker.main()
    words.set_language("en")
    return build / "site"


def test_the_site_has_every_page_in_order_in_both_languages(site: Path) -> None:
    relu = (site / "es" / "presets" / "relu.html").read_text()
    assert "../../en/presets/relu.html" in relu, "the same page in the other language"
    assert {"tanh-deep.html", "relu-deep.html"} <= {*re.findall(r"[\w-]+\.html", relu)}
    assert re.search(r'rel="prev" href="[^"]*tanh-deep.html"', relu)
    assert re.search(r'rel="next" href="[^"]*relu-deep.html"', relu)
    assert "<math" in relu
    for language in ("en", "es"):
        sources = {page.stem for page in (DOCS / language).glob("*.md")}
        assert sources <= {page.stem for page in (site / language).glob("*.html")}


def test_the_site_is_complete_without_a_network(site: Path) -> None:
    """No script, style, font or picture is fetched from anywhere else."""
    loaded = re.compile(r'<(?:script|img|link rel="stylesheet")[^>]*(?:src|href)="(https?:[^"]+)"')
    for page in site.glob("**/*.html"):
        assert loaded.findall(page.read_text()) == [], page
    for style in site.glob("**/*.css"):
        assert not re.search(r"url\(\s*[\"']?https?:", style.read_text()), style


class Page(HTMLParser):
    """A page's anchors, and where its links lead."""

    def __init__(self, path: Path) -> None:
        super().__init__()
        self.anchors, self.links = set[str](), set[str]()
        self.feed(path.read_text("utf-8"))

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        self.anchors |= {given.get("id") or "", given.get("name") or ""}
        self.links |= {given.get("href") or "", given.get("src") or ""} - {""}


def dead_links(folder: Path) -> Iterator[str]:
    """Links and anchors of a site's pages that lead nowhere within it, each with its page."""
    pages = {path: Page(path) for path in folder.resolve().glob("**/*.html")}
    for path, page in pages.items():
        for link in page.links:
            parts = urlsplit(link)
            if parts.scheme or parts.netloc:
                continue
            to = (path.parent / unquote(parts.path)).resolve() if parts.path else path
            to = to / "index.html" if to.is_dir() else to
            anchor = unquote(parts.fragment)
            inside = not parts.path.startswith("/") and to.is_relative_to(folder.resolve())
            whole = not anchor or to not in pages or anchor in pages[to].anchors
            if not (inside and to.exists() and whole):
                yield f"{path.relative_to(folder.resolve())}: {link}"


def test_every_link_and_anchor_of_the_site_leads_somewhere(site: Path, tmp_path: Path) -> None:
    stand_in = "../../scenarios/textbook/1-phenomenon.toml"  # the generated page has no such link
    found = [one for one in dead_links(site) if not one.endswith(f"claims.html: {stand_in}")]
    assert found == []
    (tmp_path / "a.html").write_text(
        '<p id="x"><a href="#x"><a href="#y"><a href="b.html"><a href="/a.html"><img src="c.png">'
    )
    assert {one.removeprefix("a.html: ") for one in dead_links(tmp_path)} == {
        "#y",
        "b.html",
        "/a.html",
        "c.png",
    }


def test_the_presets_of_papers_are_listed_with_the_page_that_tells_of_them(site: Path) -> None:
    for language, title in (("en", "Papers"), ("es", "Artículos")):
        listed = (site / language / "presets" / "index.html").read_text("utf-8")
        assert title in listed
        found = re.findall(r'href="\.\./papers\.html">[^<]+</a> \(<code>([\w-]+)</code>', listed)
        assert found == [*paper_ids()]


def test_a_picture_leads_to_itself_where_a_phone_shows_it_small(site: Path) -> None:
    for language in ("en", "es"):
        links = Page(site / language / "index.html").links
        assert "pictures/lab.svg" in links
        assert re.search(
            r'<a href="pictures/lab.svg"><img [^>]*pictures/lab.svg',
            (site / language / "index.html").read_text("utf-8"),
        )


def test_a_formula_that_begins_a_line_stays_in_its_paragraph() -> None:
    """Markdown takes a line that begins with an element it does not know for one of its own."""
    maker = script("make_site")
    first, second = maker.typeset("The law,\n$U(1)$, holds.").splitlines()
    assert (first, second[:12]) == ("The law,", "<span><math ")
    assert second.endswith("</math></span>, holds.")


def test_every_page_is_in_the_navigation() -> None:
    maker = script("make_site")
    named = {page for _title, pages in maker.NAV for page in pages}
    assert named == {
        str(page.relative_to(DOCS / "en").with_suffix("")) for page in DOCS.glob("en/**/*.md")
    }
