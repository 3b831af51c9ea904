"""The lab's lines of words: whole at every width, in both languages."""

import pytest
from lab_driver import STATUS
from msgspec.structs import replace
from vglab.scenarios import i18n as words
from vglab.tui.lab import scenario_list
from vglab.tui.lab import status_lines as lines
from vglab.tui.lab.keymap import APP_KEYS, BENCH_KEYS
from vglab.tui.lab.room_keys import in_room
from vglab.tui.lab.scenario_list import Fact, ListEntry
from vglab.tui.lab.screens.help import help_page
from vglab.tui.lab.screens.page import WIDEST, center
from vglab.tui.lab.state import PACES, Controls
from vglab.tui.protocol import Picture, Status, Verdict
from vglab.tui.render import labels
from vglab.tui.render.glyphs import UNICODE
from vglab.tui.render.labels import state_word
from vglab.tui.render.palette import Role
from vglab.tui.render.styled_text import back, cells, plain, style, width

FASTEST = len(PACES) - 1
WIDTHS = [60, 80, 100, 120, 200]
ENTRIES = [ListEntry(f"Scenario {n}", f"Chapter {n // 4}") for n in range(20)]
FACTS = [Fact("depth", "10", False), Fact("activation", "relu", True)]


@pytest.fixture(params=["en", "es"])
def language(request: pytest.FixtureRequest) -> words.Language:
    words.set_language(request.param)
    return words.language()


def header(columns: int, title: str = "Deep sigmoid", status: Status | None = STATUS) -> str:
    line = lines.header(Controls(["a", "b"], size=(columns, 40), pace=FASTEST), title, status)
    assert width(line) == columns
    return plain(line)


@pytest.mark.parametrize("columns", WIDTHS)
@pytest.mark.usefixtures("language")
def test_the_header_keeps_title_state_and_step_at_every_width(columns: int) -> None:
    said = header(columns)
    assert "Deep sigmoid"[:8] in said
    assert "160/2000" in said
    assert words._("running") in said
    assert ("0.693" in said) == (columns >= 80)


def test_a_long_title_gives_way_to_figures() -> None:
    said = header(80, "A title that somebody wrote without thinking of terminals")
    assert "A title that" in said
    assert UNICODE.ellipsis in said
    assert "160/2000" in said
    assert "loss 0.693" in said


def test_a_header_before_the_first_frame_has_a_title_alone() -> None:
    assert header(80, status=None).strip() == "vglab ▸ 1/2 Deep sigmoid"


@pytest.mark.parametrize("room", ["remedies", "diagram", "claims"])
def test_a_run_that_waits_for_a_room_is_not_running(room: str) -> None:
    controls = Controls(["a"], size=(120, 40), room=room)
    said = plain(lines.header(controls, "Deep sigmoid", STATUS))
    assert UNICODE.paused in said
    assert UNICODE.running not in said


def test_beside_a_comparison_the_header_counts_no_steps_of_its_own() -> None:
    controls = Controls(["a"], size=(120, 40), room="compare")
    said = plain(lines.header(controls, "Deep sigmoid", STATUS))
    assert UNICODE.running in said
    assert "160/2000" not in said


def test_the_state_is_a_word_and_a_mark() -> None:
    controls = Controls(["a"], size=(120, 40), pace=FASTEST)
    assert "▶ running" in plain(lines.header(controls, "", STATUS))
    controls.running = False
    assert "■ paused" in plain(lines.header(controls, "", STATUS))
    done = Status(
        step=2000,
        planned=2000,
        going=True,
        finished=True,
        speed=0.0,
        loss=None,
        accuracy=None,
        networks=["model"],
    )
    said = plain(lines.header(controls, "", done))
    assert "● finished" in said
    assert "loss –" in said
    assert "accuracy" not in said


def test_a_run_that_ends_before_its_time_has_diverged() -> None:
    controls = Controls(["a"], size=(80, 24))
    early = replace(STATUS, step=3, planned=2000, finished=True, loss=None)
    assert "✖ diverged" in plain(lines.header(controls, "Exploding gradient", early))
    whole = replace(early, step=2000)
    assert "● finished" in plain(lines.header(controls, "Exploding gradient", whole))
    controls.watching = True
    assert "● finished" in plain(lines.header(controls, "run.jsonl", early))


def test_a_pace_is_said() -> None:
    controls = Controls(["a"], size=(120, 40), pace=3)
    assert "▶ ≤10/s" in plain(lines.header(controls, "", STATUS))


@pytest.mark.parametrize("columns", WIDTHS)
@pytest.mark.usefixtures("language")
def test_help_and_quit_never_leave_the_key_bar(columns: int) -> None:
    said = plain(lines.key_bar([*BENCH_KEYS, *APP_KEYS], columns))
    assert len(said) == columns
    assert f"? {words._('help')}" in said
    assert f"q {words._('quit')}" in said


def test_a_wide_key_bar_names_every_key() -> None:
    said = plain(lines.key_bar([*BENCH_KEYS, *APP_KEYS], 900))
    assert all(f"{key.label} {key.word}" in said for key in (*BENCH_KEYS, *APP_KEYS) if key.word)


NOTICES = (
    "The worker has stopped. Press r to start it again.",
    "For visitors, nothing is saved: e opens the course, ? the help.",
    "The run waits: press e to predict it first, space to run it.",
    "Nothing is saved here: this lab is read-only.",
    "nothing to guess: there is one hidden layer",
    "a GAN has no phase diagram: its gradients cross two networks",
    "tested on the equations alone: there is no run to open",
)

FORMS = ["a sentence of many words " * 6 + "end.", "×0.23 per layer · 9 of 11 frozen", "9/11"]


@pytest.mark.parametrize(("columns", "rows", "form"), [(120, 3, 0), (80, 1, 1), (30, 1, 2)])
def test_the_verdict_takes_the_longest_form_that_fits(columns: int, rows: int, form: int) -> None:
    drawn = labels.verdict(Verdict("vanishing", FORMS), columns, rows)
    assert [width(line) for line in drawn] == [columns] * rows
    said = " ".join(" ".join(map(plain, drawn)).split())
    assert said == f"{UNICODE.badges['vanishing']} VANISHING {FORMS[form].strip()}"


@pytest.mark.usefixtures("language")
@pytest.mark.parametrize("said", NOTICES)
def test_what_is_told_in_passing_fits_the_smallest_line(said: str) -> None:
    (drawn,) = labels.verdict(Verdict("note", [words._(said)]), 80, 1)
    assert plain(drawn).rstrip().endswith(words._(said))


def test_what_does_not_fit_shows_that_it_goes_on() -> None:
    first, last = labels.verdict(Verdict("fault", ["word " * 40]), 40, 2)
    assert plain(first).rstrip().endswith("word")
    assert plain(last).rstrip().endswith("word…")


def test_a_long_value_takes_the_room_that_its_name_leaves() -> None:
    facts = [Fact("D activation", "relu", False), Fact("loss", "non_saturating", True)]
    drawn = scenario_list.list_lines(ENTRIES, 0, facts, (25, 38))
    said = [" ".join(plain(line).split()) for line in drawn]
    assert {"▸ loss non_saturating │", "D activation relu │"} <= {*said}


def test_a_percent_sign_stays_with_its_number() -> None:
    said = Verdict("vanishing", ["It would move by less than 1 % of its norm."])
    for columns in range(30, 60):
        drawn = [plain(line).strip() for line in labels.verdict(said, columns, 4)]
        assert any("1 %" in line for line in drawn), drawn


@pytest.mark.parametrize("state", UNICODE.badges)
@pytest.mark.usefixtures("language")
def test_every_state_has_a_mark_a_word_and_a_ground(state: str) -> None:
    line = labels.verdict(Verdict(state, ["because"]), 60, 1)[0]
    badge = [(text, code) for text, code in line if back(code)]
    assert len(badge) == 1
    assert badge[0][0] == f" {UNICODE.badges[state]} {state_word(state)} "


def test_a_frame_holds_title_caption_and_lines() -> None:
    picture = Picture([("title", 3)], [("note", 1)], [[("x" * 8, 0)]] * 4)
    boxed = [plain(line) for line in lines.frame_lines(picture, (20, 6), box=True, focus=False)]
    assert boxed[0] == "╭─ title ──────────╮"
    assert boxed[1] == "│xxxxxxxx          │"
    assert boxed[-1] == "╰─────────── note ─╯"
    bare = [plain(line) for line in lines.frame_lines(picture, (20, 6), box=False, focus=False)]
    assert bare[0] == "─ title ─────────── "
    assert bare[1].rstrip() == "xxxxxxxx"


def test_a_legend_that_does_not_fit_loses_whole_entries() -> None:
    title = [("title", 3), ("  ", 0), ("█ ", 8), ("one", 1), ("  ", 0), ("━ ", 3), ("other", 1)]
    head = plain(lines.frame_lines(Picture(title, [], []), (20, 3), box=False, focus=False)[0])
    assert head == "─ title  █ one ──── "
    closer = plain(lines.frame_lines(Picture(title, [], []), (23, 3), box=False, focus=False)[0])
    assert closer == "─ title █ one ━ other  "


def test_entries_of_a_legend_that_do_not_fit_stand_at_the_foot_of_a_frame() -> None:
    title = [("title", 3), ("  ", 0), ("█ ", 8), ("one", 1), ("  ", 0), ("━ ", 3), ("other", 1)]
    picture = Picture(title, [("median of 8", 1)], [])
    boxed = [plain(line) for line in lines.frame_lines(picture, (22, 3), box=True, focus=False)]
    assert boxed[0] == "╭─ title  █ one ─────╮"
    assert boxed[-1] == "╰─ ━ other ──────────╯", "the remark gives way to it"


def test_focus_is_a_color_of_the_frame() -> None:
    picture = Picture([], [], [])
    colors = [
        {c for line in lines.frame_lines(picture, (9, 3), True, on) for _, c in line}
        for on in (True, False)
    ]
    assert style(Role.KEY) in colors[0]
    assert style(Role.KEY) not in colors[1]


@pytest.mark.parametrize("rows", [12, 21, 38])
@pytest.mark.parametrize("index", [0, 7, 19])
def test_the_open_scenario_is_always_in_the_list(rows: int, index: int) -> None:
    drawn = scenario_list.list_lines(ENTRIES, index, FACTS, (25, rows))
    assert [width(line) for line in drawn] == [25] * rows
    marked = [plain(line) for line in drawn if back([*cells(line)][1][1]) == Role.CHOSEN]
    assert len(marked) == 1
    assert f"{index + 1:>2} Scenario {index}" in marked[0]


def test_chapters_are_named_at_every_size() -> None:
    tall = scenario_list.list_rows(ENTRIES, 0, 38, 2)
    assert [row for row in tall if isinstance(row, str)] == [f"Chapter {n}" for n in range(5)]
    for index in range(len(ENTRIES)):
        low = scenario_list.list_rows(ENTRIES, index, 20, 2)
        assert len(low) == 17
        above = [row for row in low[: low.index(index)] if isinstance(row, str)]
        assert above[-1] == ENTRIES[index].chapter


def test_what_sets_a_scenario_apart_is_marked() -> None:
    said = [plain(line) for line in scenario_list.list_lines(ENTRIES, 0, FACTS, (25, 38))]
    assert any(line.startswith("  depth       10") for line in said)
    assert any(line.startswith("▸ activation") and "relu" in line for line in said)


def test_a_long_name_leaves_room_for_its_value() -> None:
    said = [
        plain(line)
        for line in scenario_list.list_lines(ENTRIES, 0, [Fact("n" * 30, "1234", True)], (25, 38))
    ]
    assert any("1234" in line for line in said)


def test_what_sets_a_scenario_apart_is_in_sight_where_not_all_fits() -> None:
    facts = [*(Fact(f"name {n}", "1", False) for n in range(30)), Fact("own", "7", True)]
    drawn = scenario_list.list_lines(ENTRIES, 0, facts, (25, 24))
    assert any("own" in plain(line) for line in drawn)


@pytest.mark.usefixtures("language")
def test_the_help_names_every_key() -> None:
    drawn = help_page(60, 18)
    said = "\n".join(map(plain, drawn))
    assert all(words._(key.help)[:30] in said for key in (*BENCH_KEYS, *APP_KEYS) if key.help)
    assert all(width(line) == 60 for line in drawn)


@pytest.mark.usefixtures("language")
def test_too_small_says_what_would_do() -> None:
    assert "60" in plain(lines.too_small(40, 5)[0]) + plain(lines.too_small(40, 5)[1])


@pytest.mark.parametrize(("columns", "rows"), [(200, 60), (120, 40), (80, 24)])
def test_a_page_of_text_stands_in_the_middle(columns: int, rows: int) -> None:
    lines = center([[("words", 0)], [("   ", 0)]], columns, rows)
    assert [width(line) for line in lines] == [columns] * rows
    at = next(row for row, line in enumerate(lines) if plain(line).strip())
    assert at == (rows - 1) // 4
    assert plain(lines[at]).index("words") == max(columns - WIDEST, 0) // 2


def test_a_column_of_the_key_bar_is_the_key_that_stands_there() -> None:
    bar = in_room("remedies")
    for columns in (80, 120):
        said = plain(lines.key_bar(bar, columns))
        for mark, action in (
            ("↑", "remedies.move(-1)"),
            ("↓", "remedies.move(1)"),
            ("apply it", "remedies.open"),
            ("? help", "app.explain"),
            ("quit", "app.leave"),
        ):
            found = lines.key_at(bar, columns, said.index(mark))
            assert found is not None
            assert found.action == action
    assert lines.key_at(bar, 80, 79) is None
    assert lines.key_at(bar, 80, 0) is None


@pytest.mark.parametrize("room", ["remedies", "diagram", "claims", "compare", "form"])
def test_a_rooms_bar_is_whole_at_eighty_columns(room: str) -> None:
    bar = in_room(room)
    said = plain(lines.key_bar(bar, 80))
    assert all(f"{key.label} {key.word}" in said for key in bar if key.word and key.room == room)
    assert "chain rule" not in said


def test_a_spanish_header_keeps_the_word_for_a_step_at_80_columns() -> None:
    words.set_language("es")
    said = header(80, "Diez capas sigmoides")
    assert "paso" in said
    assert "Diez capas sigmoides" in said
    assert "pérdida 0.693" in said
