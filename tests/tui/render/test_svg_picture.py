"""Pictures of lines: what every viewer of SVG draws at the same places."""

import re
from xml.etree import ElementTree

from vglab.tui.render.glyphs import ASCII, UNICODE
from vglab.tui.render.palette import Role, palette
from vglab.tui.render.styled_text import style
from vglab.tui.render.svg_picture import HIGH, WIDE, svg_picture

COLORS = palette(dark=False, depth="truecolor")
SVG = "{http://www.w3.org/2000/svg}"


def drawn(*lines: tuple[str, int]) -> ElementTree.Element:
    group = ElementTree.fromstring(svg_picture([[line] for line in lines], COLORS, "t")).find(
        f"{SVG}g"
    )
    assert group is not None
    return group


def test_every_letter_has_its_own_place_and_blanks_need_none() -> None:
    (text,) = drawn(("a  b c", 0))
    assert text.text == "abc"
    assert text.get("x") == f"0 {3 * WIDE} {5 * WIDE}"


def test_bars_are_shapes_without_seams() -> None:
    boxes = drawn(("▃▃▃", Role.FIRST), ("███", Role.FIRST))
    assert [box.tag for box in boxes] == [f"{SVG}rect"] * 2
    upper, lower = ({k: box.get(k) for k in ("x", "y", "width", "height")} for box in boxes)
    assert upper == {"x": "0", "y": f"{HIGH * 5 // 8}", "width": f"{3 * WIDE}", "height": "9"}
    assert lower["y"] == f"{HIGH}", "the row below begins where it ends"
    assert {box.get("shape-rendering") for box in boxes} == {"crispEdges"}


def test_a_ground_lies_behind_its_letters() -> None:
    ground, text = drawn(("ok", style(Role.ON_BADGE, Role.HEALTHY)))
    assert (ground.tag, text.tag) == (f"{SVG}rect", f"{SVG}text")
    assert ground.get("fill") == COLORS[Role.HEALTHY]


def test_marks_of_charts_need_no_typeface() -> None:
    marks = UNICODE.eighths + UNICODE.halves + UNICODE.levels + UNICODE.frozen + UNICODE.shades
    marks += UNICODE.guide + UNICODE.theory + UNICODE.edge + UNICODE.ghost + UNICODE.dot
    marks += UNICODE.corners + UNICODE.across + UNICODE.down + "├┤┬┴⣿⡀"
    assert {part.tag for part in drawn((marks, 1))} == {f"{SVG}rect", f"{SVG}circle"}
    assert {part.tag for part in drawn((ASCII.eighths, 1))} == {f"{SVG}text"}


def test_a_picture_is_whole_by_itself() -> None:
    picture = svg_picture([[("x", 0)]], COLORS, "vglab --scenario <a>")
    assert "<title>vglab --scenario &lt;a&gt;</title>" in picture
    assert not re.search(r"url\(|https?://(?!www\.w3\.org)", picture)
