"""One thing changed: which keys there are, what a value leads to, and how it is kept."""

import re
from pathlib import Path

import pytest
from vglab.scenarios.errors import ScenarioError
from vglab.scenarios.i18n import set_language
from vglab.scenarios.loading.changes import presets
from vglab.scenarios.loading.course import preset_ids
from vglab.scenarios.loading.edits import (
    KEYS,
    LADDERS,
    as_settings,
    edit,
    editable_keys,
    key_choices,
    next_value,
    typed_number,
)
from vglab.scenarios.loading.inheritance import load
from vglab.scenarios.loading.toml_reader import split_setting
from vglab.tui.lab.bench.form import Form, form_lines
from vglab.tui.lab.screens.save import command_line, save_as, scenario_text
from vglab.tui.render.labels import SETTINGS, key_label
from vglab.tui.render.styled_text import plain

BASE = "deep-sigmoid"
PARTS = ("kind", "network", "data", "training", "run", "generator", "discriminator", "gan")


def keys(*settings: str, name: str = BASE) -> list[str]:
    return [entry.key for entry in editable_keys(load(name, settings), {})]


def test_only_keys_with_an_effect_are_listed() -> None:
    assert "network.slope" not in keys()
    assert "network.slope" in keys("network.activation=leaky_relu")
    assert "network.skip_placement" not in keys()
    assert "network.skip_placement" in keys("network.skip=identity")
    assert not any(key.startswith(("generator", "gan")) for key in keys())
    assert {"gan.loss", "generator.activation"} <= {*keys(name="gan-saturating")}


def test_every_key_has_words_or_a_ladder() -> None:
    assert all(key_choices(key) or key.rpartition(".")[2] in LADDERS for key in KEYS)


PLAIN_SETTING = re.compile(r"\b(?:network|data|training|gan|run|generator)\.[a-z_]+")


@pytest.mark.parametrize("lang", ["en", "es"])
def test_every_hint_is_reached_by_the_arrows_under_the_name_it_says(lang: str) -> None:
    set_language("es" if lang == "es" else "en")
    for preset in preset_ids():
        scenario, changes = load(preset), dict[str, str]()
        hint = scenario.task.hint.in_language()
        if preset == "gan-alternating":  # whose stages are a list: enter sets them
            assert "enter" in hint
            continue
        for key, value in map(split_setting, scenario.task.attempt):
            assert key_label(key) in hint, (preset, key)
            assert value in hint, (preset, value)
            made = Form(preset, [], changes)
            made.at = [entry.key for entry in made.entries].index(key)
            assert any(reach(made, key, value, by) for by in (-1, 1)), (preset, key, value)
            changes = {**changes, key: value}


def reach(form: Form, key: str, value: str, by: int) -> bool:
    """Whether a key has a value after some presses of one arrow."""
    entry = form.entry
    for _press in range(120):
        if entry is None or same(entry.value, value):
            return entry is not None
        entry = entry._replace(value=next_value(entry, by))
    return False


def same(found: str, wanted: str) -> bool:
    return found == wanted or (wanted[0].isdigit() and typed_number(found) == float(wanted))


@pytest.mark.parametrize("lang", ["en", "es"])
def test_lessons_call_settings_what_the_panel_calls_them(lang: str) -> None:
    for preset in preset_ids():
        scenario = load(preset)
        texts = (scenario.lesson, scenario.task.hint, scenario.task.say, scenario.predict.read)
        assert not any(PLAIN_SETTING.search(getattr(text, lang)) for text in texts), preset


def test_a_number_may_be_typed_and_the_form_says_so() -> None:
    made = form()
    made.at = [entry.key for entry in made.entries].index("training.rate")
    shown = "\n".join(plain(line) for line in form_lines(made, 40, 20))
    assert "type a number, then enter" in " ".join(shown.replace("│", " ").split())
    assert "training.rate" in shown
    assert "--set" not in shown


def test_every_setting_has_a_name_that_fits_its_column() -> None:
    for lang in ("en", "es"):
        set_language("es" if lang == "es" else "en")
        assert all(len(key_label(f"network.{name}")) <= 14 for name in SETTINGS)


def test_every_step_of_every_key_of_a_preset_is_taken() -> None:
    for entry in editable_keys(load(BASE), {}):
        for by in (-1, 1):
            said = next_value(entry, by)
            assert said == entry.value or said in edit(BASE, [], {}, entry.key, said).values()


def test_words_go_round_and_numbers_stop() -> None:
    found = {entry.key: entry for entry in editable_keys(load(BASE, ["network.depth=200"]), {})}
    activation, depth = found["network.activation"], found["network.depth"]
    assert next_value(activation, -1) == activation.choices[-1]
    assert (next_value(depth, 1), next_value(depth, -1)) == ("200", "100")


def test_a_change_back_to_what_the_scenario_says_is_none() -> None:
    once = edit(BASE, [], {}, "network.activation", "relu")
    assert once == {"network.activation": "relu"}
    assert edit(BASE, [], once, "network.activation", "sigmoid") == {}
    assert edit(BASE, [], once, "network.activation", None) == {}


def test_what_loses_its_effect_goes_too() -> None:
    skip = {"network.skip": "identity", "network.skip_placement": "inside"}
    assert edit(BASE, [], skip, "network.skip", "none") == {}
    assert edit(BASE, [], skip, "network.depth", "5") == {**skip, "network.depth": "5"}


def test_a_refused_value_raises_and_names_the_key() -> None:
    with pytest.raises(ScenarioError, match=r"network\.depth: found 900"):
        edit(BASE, [], {}, "network.depth", "900")


def form(**more: object) -> Form:
    made = Form(BASE, [], {})
    for name, value in more.items():
        setattr(made, name, value)
    return made


def test_the_form_types_numbers_and_keeps_what_is_refused() -> None:
    made = form(at=1)
    assert made.entry is not None
    assert made.entry.key == "network.depth"
    assert [made.type(character) for character in "9a"] == [True, True]
    assert (made.typing, made.refusal) == ("9a", "only a number, as 0.25, 1/4, 3e-6")
    assert made.enter() is None, "nothing is taken of what is not said to be taken"
    assert made.erase() is None
    assert [made.type(character) for character in "00"] == [True, True]
    assert made.enter() is None
    assert made.refusal.startswith("network.depth: found 900")
    assert (made.typing, made.changes) == ("900", {})
    assert made.erase() is None
    assert made.enter() == {"network.depth": "90"}
    assert (made.typing, made.refusal) == ("", "")
    assert made.erase() == {}


def test_the_form_goes_on_beyond_a_refused_word() -> None:
    made = Form(BASE, ["training.batch=1"], {}, at=5)
    assert made.entry is not None
    assert made.entry.key == "network.norm"
    assert made.step(1) is None
    assert "training.batch" in made.refusal
    assert made.step(1) == {"network.norm": "layer"}


def test_letters_are_not_for_numbers_and_numbers_not_for_words() -> None:
    words, number = form(), form(at=1)
    assert words.type("1"), "it opens no other scenario"
    assert (words.typing, words.refusal) == ("", "no word here begins with 1")
    assert not number.type("a"), "nothing is typed yet"
    assert number.typing == ""


def test_a_word_is_typed_by_its_first_letters() -> None:
    made = form()
    assert [made.type(character) for character in "rex"] == [True] * 3
    assert (made.typing, made.refusal) == ("rex", "no word here begins with rex")
    assert made.enter() is None
    assert (made.typing, made.refusal) == ("rex", "no word here begins with rex")
    assert made.erase() is None
    assert made.enter() == {"network.activation": "relu"}
    assert [made.type(character) for character in "selu"] == [True] * 4
    assert made.enter() == {"network.activation": "selu"}


@pytest.mark.parametrize("lang", ["en", "es"])
@pytest.mark.parametrize(
    ("typed", "key", "value"),
    [
        ("rate = 100", "training.rate", "100"),
        ("tasa = 100", "training.rate", "100"),
        ("rate=0.5", "training.rate", "0.5"),
        ("init = he", "network.init", "he"),
        ("skip_placement = preactivation", "network.skip_placement", "preactivation"),
        ("skip placement = inside", "network.skip_placement", "inside"),
        ("skip = none", "network.skip", "none"),
        ("batch = 32", "training.batch", "32"),
        ("training.steps = 100", "training.steps", "100"),
    ],
)
def test_a_setting_is_typed_as_a_task_writes_it(
    typed: str, key: str, value: str, lang: str
) -> None:
    set_language("es" if lang == "es" else "en")
    if typed.startswith("tasa") and lang == "en":
        return
    made = Form(BASE, ["training.optimizer=adamw", "network.skip=identity"], {})
    assert all(made.type(character) for character in typed)
    assert made.entry is not None
    assert (made.entry.key, made.typing) == (key, value)
    assert made.refusal == ""
    assert made.enter() == {key: value}
    assert not made.type(" "), "a blank is not for the form any more"


def test_the_name_alone_chooses_its_setting() -> None:
    for last in ("enter", " ", "="):
        made = form()
        assert all(made.type(character) for character in "rate")
        assert made.enter() is None if last == "enter" else made.type(last)
        assert made.entry is not None
        assert (made.entry.key, made.typing, made.changes) == ("training.rate", "", {})
    made = form()
    assert all(made.type(character) for character in "rats")
    assert made.refusal == "no word here begins with rats"
    assert made.enter() is None
    assert (made.typing, made.changes, made.at) == ("rats", {}, 0)


def test_the_words_of_a_key_are_listed_where_there_is_room() -> None:
    text = "\n".join(plain(line) for line in form_lines(form(), 25, 33))
    assert "softplus" in text


def test_the_form_stays_at_its_key_when_keys_come_and_go() -> None:
    made = form()
    keys = [entry.key for entry in made.entries]
    made.at = keys.index("training.optimizer")
    made.changes = {"network.activation": "leaky_relu"}
    made.at += 1
    assert made.step(1) is not None
    assert made.entry is not None
    assert made.entry.key == "training.optimizer"


@pytest.mark.parametrize("size", [(25, 33), (40, 18), (30, 8)])
def test_the_form_fits_and_marks_what_is_changed(size: tuple[int, int]) -> None:
    made = form(changes={"network.activation": "relu"})
    shown = form_lines(made, *size)
    assert len(shown) == size[1]
    assert {len(plain(line)) for line in shown} == {size[0]}
    assert any("▸activation relu" in plain(line) for line in shown)


def test_a_saved_change_is_the_same_experiment_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    changes = {"network.activation": "leaky_relu", "network.slope": "0.1", "run.replicas": "3"}
    settings = [
        'network.skip_scale="1/sqrt(depth)"',
        "network.skip=identity",
        *as_settings(changes),
    ]
    done, said = save_as("mine", scenario_text(BASE, settings))
    assert done
    assert "vglab --scenario mine.toml" in said
    there, here = load("mine.toml"), load(BASE, settings)
    assert (there.network, there.run, there.extends) == (here.network, here.run, BASE)
    before = Path("mine.toml").read_text()
    done, said = save_as("mine.toml", "something else")
    assert not done
    assert "exists already" in said
    assert Path("mine.toml").read_text() == before


def test_a_file_of_the_users_is_extended_from_anywhere(tmp_path: Path) -> None:
    own = tmp_path / "own.toml"
    own.write_text('extends = "relu"\n[network]\nwidth = 5\n')
    text = scenario_text(str(own), ["network.depth=4"])
    (tmp_path / "sub").mkdir()
    there = tmp_path / "sub" / "more.toml"
    there.write_text(text)
    found = load(there).network
    assert (found.depth, found.width, found.activation) == (4, 5, "relu")


@pytest.mark.parametrize("name", [preset.id for preset in presets()])
def test_what_is_kept_of_a_preset_is_that_preset_changed(name: str, tmp_path: Path) -> None:
    file = tmp_path / "kept.toml"
    file.write_text(scenario_text(name, ["training.steps=7"]))
    there, here = load(file), load(name, ["training.steps=7"])
    assert there.extends == name
    assert [getattr(there, part) for part in PARTS] == [getattr(here, part) for part in PARTS]


@pytest.mark.parametrize("name", ["", ".toml", "no/such/folder/x", "nul\0byte"])
def test_a_name_that_cannot_be_is_said(name: str) -> None:
    done, said = save_as(name, "")
    assert not done
    assert said


def test_the_command_line_is_safe_to_paste() -> None:
    said = command_line("my file.toml", ['network.skip_scale="1/sqrt(depth)"'])
    assert said == ("vglab --scenario 'my file.toml' --set 'network.skip_scale=\"1/sqrt(depth)\"'")


def test_what_the_form_has_no_room_for_is_counted() -> None:
    made = form()
    shown = [plain(line).strip() for line in form_lines(made, 40, 18)]
    listed = [line for line in shown if line.startswith("↓ ")]
    assert len(listed) == 1
    hidden = int(listed[0].split()[1])
    assert 0 < hidden < len(made.entries)
    made.at = len(made.entries) - 1
    shown = [plain(line).strip() for line in form_lines(made, 40, 18)]
    assert any(line.startswith("↑ ") for line in shown)
    assert not any(line.startswith("↓") for line in shown)
    assert not any(line.startswith(("↑", "↓")) for line in map(plain, form_lines(made, 40, 60)))


def test_a_long_value_is_whole_and_no_line_begins_with_a_dot() -> None:
    for lang in ("en", "es"):
        set_language("es" if lang == "es" else "en")
        made = Form("deep-sigmoid", ["network.loss=cross_entropy"], {})
        made.go_to("network.activation")
        lines = [plain(line).strip("│ ") for line in form_lines(made, 25, 40)]
        assert any("cross_entropy" in line for line in lines)
        assert not any(line.startswith("·") for line in lines)
        assert any(line.endswith("·") for line in lines), "else there is nothing to wrap"


def test_the_chosen_setting_is_told_in_plain_words_where_there_is_room() -> None:
    made = form()
    made.go_to("network.gain")
    said = " ".join("".join(map(plain, form_lines(made, 40, 22))).replace("│", " ").split())
    assert "What the size of the initial weights is multiplied by" in said
    low = [plain(line).strip() for line in form_lines(made, 40, 12)]
    assert not any("multiplied by" in line for line in low)
