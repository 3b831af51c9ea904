"""Own data: what a table may be, and the one line for everything it may not."""

import os
import pickle
import tracemalloc
from io import BytesIO
from pathlib import Path
from random import Random
from types import SimpleNamespace
from zipfile import ZipFile

import numpy as np
import pytest
from msgspec.structs import replace
from vglab.scenarios.errors import ScenarioError
from vglab.scenarios.experiment.build import build
from vglab.scenarios.experiment.data import is_planar, train_and_test
from vglab.scenarios.loading.inheritance import load
from vglab.scenarios.schema.spec import Scenario
from vglab.scenarios.sweep.plan import plan
from vglab.scenarios.userdata.description import describe_data
from vglab.scenarios.userdata.loader import CACHE, form, sizes, split_counts, table

HEAD = 'extends = "relu"\n[training]\nbatch = 2\nsteps = 2\n[data]\n'
ROWS = [f"{i},{i * i % 7},{'ab'[i % 2]}" for i in range(12)]
GOOD = "\n".join(["height,width,kind", *ROWS]) + "\n"


BLANK = 'data.missing = "mean" puts the mean there, "drop" leaves out the row'


def words(column: str) -> str:
    """What a column of words is refused with."""
    return f'data.categories = "onehot" reads words, data.drop = ["{column}"] leaves it out'


def scenario(folder: Path, content: str | bytes, more: str = "", ending: str = "csv") -> Scenario:
    """A scenario on a file of that content."""
    data = content if isinstance(content, bytes) else content.encode()
    (folder / f"own.{ending}").write_bytes(data)
    file = folder / "mine.toml"
    file.write_text(f'{HEAD}path = "own.{ending}"\n{more}')
    return load(file)


def refused(folder: Path, content: str | bytes, more: str = "", ending: str = "csv") -> str:
    """The line that a file of that content is refused with."""
    with pytest.raises(ScenarioError) as caught:
        scenario(folder, content, more, ending)
    (fault,) = caught.value.faults
    assert fault.file.endswith("mine.toml")
    assert "\n" not in str(fault)
    return str(fault).replace(f"{folder}{os.sep}mine.toml: ", "")


def archive(folder: Path, more: str = "", **arrays: object) -> Scenario:
    """A scenario on an archive of those arrays."""
    np.savez(folder / "made.npz", **arrays)  # pyright: ignore[reportArgumentType]
    return scenario(folder, (folder / "made.npz").read_bytes(), more, "npz")


def test_a_table_is_read_parted_and_scaled(tmp_path: Path) -> None:
    own = scenario(tmp_path, GOOD)
    found = table(own)
    assert (found.names, found.label, found.classes) == (("height", "width"), "kind", ("a", "b"))
    assert list(found.numbers[:4]) == [0, 0, 1, 1]
    assert list(found.y[:3]) == [0, 1, 0]
    assert sizes(own) == (8, 4)
    assert is_planar(own)
    train, test = train_and_test(own, [0], np.float64)
    assert (train.X.shape, train.target.shape, test.X.shape) == ((1, 8, 2), (1, 8, 1), (1, 4, 2))
    assert np.allclose(train.X.mean(axis=1), 0)
    assert (
        "own.csv: 12 rows of 2 numbers; kind: a 6, b 6. 8 rows are for training"
        in describe_data(own)
    )


def test_the_network_follows_the_data(tmp_path: Path) -> None:
    rows = [f"{i},{-i},{2 * i},{'xyz'[i % 3]}" for i in range(12)]
    experiment = build(scenario(tmp_path, "\n".join(["a,b,c,class", *rows])))
    first, *_others, last = experiment.trace.networks["model"].layers
    assert (first.inputs, last.outputs) == (3, 3)
    for _upto in experiment.steps:
        pass
    assert experiment.trace.finished


@pytest.mark.parametrize(
    ("text", "label"),
    [
        ("a,b,c\n1,2,3\n4,5,6\n7,8,6\n3,1,3\n", "c"),
        ("a,Class,c\n1,2,3\n4,5,6\n7,5,6\n3,2,3\n", "Class"),
        ("y,b,c\n1,2,3\n2,5,6\n1,5,6\n2,2,3\n", "y"),
        ("a,clase\n1,sí\n2,no\n5,sí\n4,no\n", "clase"),
    ],
)
def test_the_classes_are_found(tmp_path: Path, text: str, label: str) -> None:
    assert table(scenario(tmp_path, text)).label == label


def test_the_classes_can_be_named(tmp_path: Path) -> None:
    text = "kind,class\n1,2\n2,3\n1,4\n2,5\n"
    assert table(scenario(tmp_path, text, 'label = "kind"')).classes == ("1", "2")


def test_numbers_stand_in_their_order(tmp_path: Path) -> None:
    rows = "\n".join(f"{i},{(10, 9, 'none')[i % 3]}" for i in range(9))
    assert table(scenario(tmp_path, f"a,y\n{rows}")).classes == ("9", "10", "none")


SPECIES = ("setosa", "versicolor")
IRIS = "5.1,3.5,setosa\n7.0,3.2,versicolor\n4.9,3.0,setosa\n6.4,3.2,versicolor\n"


def test_a_file_without_a_header_is_read_whole_when_it_is_said_to_have_none(tmp_path: Path) -> None:
    found = table(scenario(tmp_path, IRIS, 'header = "no"'))
    assert (found.names, found.label, found.classes) == (
        ("x1", "x2"),
        "x3",
        ("setosa", "versicolor"),
    )
    assert (len(found.y), found.numbers[0]) == (4, 5.1)
    named = table(scenario(tmp_path, IRIS, 'header = "yes"\nlabel = "setosa"'))
    assert (named.names, len(named.y)) == (("5.1", "3.5"), 3)


def test_a_separator_that_is_stated_counts(tmp_path: Path) -> None:
    text = "peso, kg;clase\n0,1;b\n0,2;a\n0,3;b\n0,4;a\n"
    found = table(scenario(tmp_path, text, 'separator = "semicolon"'))
    assert (found.names, [*found.numbers]) == (("peso, kg",), [0.1, 0.2, 0.3, 0.4])


def test_what_a_file_of_one_column_holds_is_not_repeated(tmp_path: Path) -> None:
    """It may be anything: a list of passwords, too."""
    line = refused(tmp_path, "root:x:0:0:root\ndaemon:x:1:1\n", 'label = "zz"')
    assert "root" not in line
    assert line.endswith("one column only: no comma, semicolon or tab separates its values")


@pytest.mark.parametrize("kind", ["u1", "f2", "b1", "f8"])
def test_an_archive_is_reckoned_by_what_reading_it_takes(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, kind: str
) -> None:
    """What is measured is the peak of what Python and NumPy hold while it is read."""
    rows = 4000
    X, y = np.zeros((rows, 50), kind), np.arange(rows) % 2
    X[0] = 1
    archive(tmp_path, X=X, y=y)
    reckoned: list[float] = []
    monkeypatch.setattr("vglab.scenarios.userdata.npz_reader.refuse_too_large", reckoned.append)
    CACHE.clear()
    tracemalloc.start()
    try:
        load(tmp_path / "mine.toml")
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert peak <= sum(reckoned) < 2 * peak


def test_broken_headers_are_one_line(tmp_path: Path) -> None:
    good = BytesIO()
    np.save(good, np.zeros((4, 2)))
    whole, random = good.getvalue(), Random(0)
    for number in range(400):
        data = bytearray(whole)
        if number % 2:
            data[10:60] = data[10 : 10 + random.randrange(50)].ljust(50)
        for _ in range(random.randrange(1, 5)):
            data[random.randrange(6, 70)] = random.randrange(256)
        with ZipFile(tmp_path / "made.npz", "w") as made:
            made.writestr("X.npy", bytes(data))
            made.writestr("y.npy", whole)
        content = (tmp_path / "made.npz").read_bytes()
        assert refused(tmp_path, content, ending="npz").startswith("data.path: own.npz: ")


@pytest.mark.parametrize(
    "text",
    [
        "\ufeffa;b;y\r\n1,5;-2,25e1;u\r\n\r\n2;3.5;v\r\n0;,5;u\r\n1;1;v\r\n",
        'a\tb\ty\n1,5\t-2,25e1\tu\n2\t3,5\tv\n0\t"0,5"\tu\n1\t1\tv',
        '"a", b, y\n1.5,-22.5,u\n 2 ,"3.5",v\n0,.5, u\n1,1,v\n ,,\n',
    ],
)
def test_spellings_of_numbers(tmp_path: Path, text: str) -> None:
    found = table(scenario(tmp_path, text))
    assert found.names == ("a", "b")
    assert list(found.numbers) == [1.5, -22.5, 2, 3.5, 0, 0.5, 1, 1]
    assert found.classes == ("u", "v")


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("", "data.path: own.csv: the file states nothing"),
        ("\n \n", "data.path: own.csv: the file states nothing"),
        ("a,y\n", "data.path: own.csv: a header but no rows"),
        (
            "a,b,y\n1,2,u\n1,2\n",
            "data.path: own.csv: line 3: 2 values, and the header has 3 names",
        ),
        (
            "a,b,y\n1,2,u\n\n1,2,3,v\n",
            "data.path: own.csv: line 4: 4 values, and the header has 3 names",
        ),
        (
            "a,b,y\n1,2,u\n1,two,v\n",
            f'data.path: own.csv: line 3, column b: found "two"; allowed: a number; {words("b")}',
        ),
        (
            "a b,y\n1,u\n,v\n",
            f'data.path: own.csv: line 3, column "a b": found ""; allowed: a number; {BLANK}',
        ),
        (
            "a,y\n1,u\n1_000,v\n",
            f'data.path: own.csv: line 3, column a: found "1_000"; allowed: a number; {words("a")}',
        ),
        (
            "a;y\n1,5;u\n1.234,5;v\n",
            'data.path: own.csv: line 3, column a: found "1.234,5"; allowed: a number'
            f"; {words('a')}",
        ),
        (
            "a,y\nnan,u\n1,v\n",
            f'data.path: own.csv: line 2, column a: found "nan"; allowed: a finite number; {BLANK}',
        ),
        (
            "a,y\n1,u\n-Infinity,v\n",
            'data.path: own.csv: line 3, column a: found "-Infinity"; allowed: a finite number',
        ),
        (
            "a,y\n1,u\n1e999,v\n",
            'data.path: own.csv: line 3, column a: found "1e999"; allowed: a finite number',
        ),
        (
            "a,y\n1,u\n2,\n",
            "data.path: own.csv: line 3, column y: no class; data.label names the class column",
        ),
        (
            "a,y\n1,u\n2,u\n",
            'data.path: own.csv: every row has the class "u", and there is nothing to tell apart',
        ),
        (
            "a,y\n1,u\n",
            'data.path: own.csv: every row has the class "u", and there is nothing to tell apart',
        ),
        (
            "a,y\n1,u\n2,v\n",
            "data.path: own.csv: 2 training rows and 0 held out; at least 2 and 1 are needed",
        ),
        (
            "a,y\n" + "\n".join(f"{i},{i % 101}.5" for i in range(300)),
            "data.label: own.csv: 101 different values in the 300 rows of column y are not classes;"
            ' at most 100 are allowed; data.label names the class column; data.targets = "numbers"'
            ' and network.loss = "squared" learn numbers',
        ),
        (
            "a,y\n" + "\n".join(f"{i},{i}" for i in range(44)),
            "data.label: own.csv: 44 different values in the 44 rows of column y are not classes;"
            ' at most 22 are allowed; data.label names the class column; data.targets = "numbers"'
            ' and network.loss = "squared" learn numbers',
        ),
        *(
            (
                f"{head}\n4,5,6\n",
                f'data.header: own.csv: line 1: found "{number}" where a column name'
                ' should be; set data.header = "no" if the file has no header, "yes" if these'
                " are names",
            )
            for head, number in (("1,2,3", "1"), ("5.1,3.5,setosa", "5.1"), ("a,2019,y", "2019"))
        ),
        (
            "peso, kg;clase\n0,1;b\n0,2;a\n",
            "data.separator: own.csv: both commas and semicolons divide every line evenly;"
            ' state which one separates the values: data.separator = "comma" | "semicolon"',
        ),
        (
            "a,y\n1,u\n2,NaN\n",
            'data.path: own.csv: line 3, column y: found "NaN"; no class;'
            " data.label names the class column",
        ),
        (
            "a,y\n1,u\n2,?\n",
            'data.path: own.csv: line 3, column y: found "?"; no class;'
            " data.label names the class column",
        ),
        (
            ",a,y\n0,1,u\n1,2,v\n",
            "data.path: own.csv: column 1 has no name; give it one, or leave it out (in pandas:"
            " index=False)",
        ),
        ("a,a,y\n1,2,u\n", 'data.path: own.csv: two columns have the name "a"'),
        ("y\nu\nv\n", "data.path: own.csv: no columns besides the class column"),
        (
            'a,y\n1,u\n2,"v\n3,w\n',
            "data.path: own.csv: line 4: a row that cannot be read; is a quotation mark missing?",
        ),
        (b"a,y\n1,u\n2,\xe9\n", "data.path: own.csv: line 3: not UTF-8 text; save it as UTF-8"),
        (
            "a,y\n1,u\n2,v\n".encode("utf-16"),
            "data.path: own.csv: line 1: not UTF-8 text; save it as UTF-8",
        ),
    ],
)
def test_what_is_refused(tmp_path: Path, text: str | bytes, line: str) -> None:
    assert refused(tmp_path, text) == line


@pytest.mark.parametrize(
    ("more", "line"),
    [
        (
            'label = "knd"',
            'data.label: own.csv: found "knd"; allowed: height, width, kind; did you mean kind?',
        ),
        ("noise = 0.5", 'data.noise: found 0.5; does nothing unless data.path is ""'),
        ('name = "moons"', 'data.name: found "moons"; does nothing unless data.path is ""'),
        ("test_share = 1", "data.test_share: found 1; allowed: a number from 0.01 to just under 1"),
        (
            '[network]\narchitecture = "cnn"',
            "data.path: own.csv: samples of 2 numbers are not square images, which a cnn needs",
        ),
    ],
)
def test_what_does_not_fit_the_data(tmp_path: Path, more: str, line: str) -> None:
    if more.startswith("training"):
        (tmp_path / "own.csv").write_text(GOOD)
        with pytest.raises(ScenarioError) as caught:
            load("relu", ["training.steps=2", f"data.path={tmp_path / 'own.csv'}", more])
        assert str(caught.value) == f"--set: {line.replace('9', '64')}".replace("64", "9")
    else:
        assert refused(tmp_path, GOOD, more) == line


def test_keys_of_own_data_do_nothing_without_a_file(tmp_path: Path) -> None:
    with pytest.raises(ScenarioError, match=r"data\.label.*unless data\.path is a file"):
        load("relu", ["data.label=y"])


def test_a_file_that_is_not_there(tmp_path: Path) -> None:
    for path, what in (
        ("none.csv", "none.csv: no such file"),
        (".", f"{tmp_path.name}: not a data file"),
        ("/dev/zero", "zero: not a data file"),
        ("a\\u0000b", '"a\\u0000b"'),
    ):
        (tmp_path / "mine.toml").write_text(f'{HEAD}path = "{path}"\n')
        with pytest.raises(ScenarioError) as caught:
            load(tmp_path / "mine.toml")
        assert "data.path: " in str(caught.value)
        assert what.split("\\")[0].strip('"') in str(caught.value)


def test_a_file_that_would_fill_the_memory(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("psutil.virtual_memory", lambda: SimpleNamespace(available=100))
    line = refused(tmp_path, GOOD)
    assert line.startswith("data.path: own.csv: the file would need about 1.84")
    assert line.endswith("e-06 GB of memory, and 1e-07 GB are free")


def test_in_spanish(tmp_path: Path, spanish: None) -> None:
    line = refused(tmp_path, "a;b;y\n1,5;x;u\n")
    assert (
        line == 'data.path: own.csv: la línea 2, columna b: se encontró "x"; se admite: un número;'
        ' data.categories = "onehot" lee palabras, data.drop = ["b"] la deja fuera'
    )
    assert "8 filas son de entrenamiento" in describe_data(scenario(tmp_path, GOOD))


def test_paths_are_seen_from_the_file_that_states_them(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    base = tmp_path / "base"
    base.mkdir()
    scenario(base, GOOD)
    (tmp_path / "child.toml").write_text('extends = "base/mine.toml"\nnetwork.depth = 3\n')
    assert load(tmp_path / "child.toml").data.path == str(base / "own.csv")
    monkeypatch.chdir(base)
    assert load("relu", ["data.path=own.csv", "training.batch=2"]).data.path == str(
        base / "own.csv"
    )
    assert load("mine.toml", ['data.path=""']).data.path == ""


def test_a_run_is_of_the_file_as_it_was_when_it_was_loaded(tmp_path: Path) -> None:
    own = scenario(tmp_path, GOOD)
    (tmp_path / "own.csv").write_text("spoilt")
    assert sizes(own) == (8, 4)
    with pytest.raises(ScenarioError, match="besides"):
        load(tmp_path / "mine.toml")
    with pytest.raises(ScenarioError):
        table(own)


def test_a_sweep_of_other_data_is_another_sweep(tmp_path: Path) -> None:
    scenario(tmp_path, GOOD)
    file, over = str(tmp_path / "mine.toml"), ["network.depth=1,2"]
    before = plan(file, over).digest
    assert plan(file, over).digest == before
    (tmp_path / "own.csv").rename(tmp_path / "moved.csv")
    assert plan(file, over, ['data.path="%s"' % (tmp_path / "moved.csv")]).digest == before
    scenario(tmp_path, GOOD + "3,4,a\n")
    assert plan(file, over).digest != before


@pytest.mark.parametrize(
    ("counts", "share", "back"),
    [
        ([6, 6], 0.25, [2, 2]),
        ([1, 100], 0.5, [0, 50]),
        ([2, 2], 0.99, [1, 1]),
        ([3, 1], 0.01, [1, 0]),
        ([], 0.25, []),
    ],
)
def test_each_class_is_shared_out(counts: list[int], share: float, back: list[int]) -> None:
    assert split_counts(counts, share) == back


@pytest.mark.parametrize(
    ("architecture", "shape", "seen"),
    [
        ("mlp", (5,), (1, 5)),
        ("mlp", (2, 3, 4), (1, 24)),
        ("cnn", (64,), (64, 1)),
        ("cnn", (63,), None),
        ("cnn", (4, 4), (16, 1)),
        ("cnn", (4, 4, 3), (16, 3)),
        ("cnn", (4, 5), None),
        ("lstm", (7,), (7, 1)),
        ("gru", (7, 3), (7, 3)),
        ("rnn", (7, 3, 2), None),
    ],
)
def test_how_an_architecture_looks_at_a_sample(
    architecture: str, shape: tuple[int, ...], seen: tuple[int, int] | None
) -> None:
    assert form(architecture, shape) == seen


@pytest.mark.parametrize(
    ("architecture", "shape"),
    [("mlp", (5,)), ("cnn", (4, 4, 3)), ("cnn", (4, 4)), ("lstm", (6, 2)), ("rnn", (6,))],
)
def test_archives(tmp_path: Path, architecture: str, shape: tuple[int, ...]) -> None:
    rng = np.random.default_rng(0)
    X, y = rng.normal(size=(20, *shape)).astype(np.float32), np.arange(20) % 3
    own = archive(tmp_path, f'[network]\narchitecture = "{architecture}"\nwidth = 4', X=X, y=y)
    assert np.allclose(table(own).numbers, X.ravel())
    assert table(own).classes == ("0", "1", "2")
    experiment = build(own)
    for _upto in experiment.steps:
        pass
    assert np.isfinite(experiment.trace.loss["test"]).all()


def test_an_image_keeps_its_channels_apart(tmp_path: Path) -> None:
    X = np.zeros((20, 2, 2, 3))
    X[..., 1] = np.arange(20)[:, None, None]
    own = archive(tmp_path, '[network]\narchitecture = "cnn"', X=X, y=np.arange(20) % 2)
    train, _test = train_and_test(own, [0], np.float64)
    seen = train.X.reshape(-1, 4, 3)
    assert not seen[..., [0, 2]].any()
    assert seen[..., 1].all()


def test_classes_of_an_archive(tmp_path: Path) -> None:
    X = np.arange(8.0)[:, None]
    for y, classes in (
        (np.array(["v", "u"] * 4), ("u", "v")),
        (np.array([1.0, 0.0] * 4), ("0", "1")),
        (np.array([True, False] * 4), ("0", "1")),
        (np.array([b"v", b"u"] * 4), ("u", "v")),
    ):
        assert table(archive(tmp_path, X=X, y=y)).classes == classes


@pytest.mark.parametrize(
    ("arrays", "line"),
    [
        ({"X": np.ones((4, 2))}, "no array named y; it has X"),
        ({"A": np.ones(4)}, "no array named X; it has A"),
        (
            {"X": np.ones(4), "y": np.arange(4)},
            "X has the shape (4,); allowed: a sample a row, and 1 to 3 axes more",
        ),
        (
            {"X": np.ones((4, 2)), "y": np.arange(3)},
            "y has the shape (3,), and X has 4 rows",
        ),
        (
            {"X": np.array([[1.0], [np.nan]]), "y": np.arange(2)},
            f"X[1, 0]: found nan; allowed: a finite number; {BLANK}",
        ),
        ({"X": np.ones((2, 1)) * 1j, "y": np.arange(2)}, "the array X holds complex128; allowed:"),
        ({"X": np.empty((0, 2)), "y": np.empty(0)}, "a header but no rows"),
        (
            {"X": np.array([[{}], [1]], object), "y": np.arange(2)},
            "the array X holds Python objects, and those are not opened; allowed: numbers",
        ),
    ],
)
def test_archives_that_are_refused(tmp_path: Path, arrays: dict[str, object], line: str) -> None:
    with pytest.raises(ScenarioError) as caught:
        archive(tmp_path, "", **arrays)
    assert f"data.path: own.npz: {line}" in str(caught.value)


def test_nothing_is_unpickled(tmp_path: Path) -> None:
    trap = pickle.dumps(os.mkdir)
    assert refused(tmp_path, trap, ending="npz") == "data.path: own.npz: not an NPZ archive"
    assert refused(tmp_path, b"", ending="npz") == "data.path: own.npz: not an NPZ archive"


def test_a_gan_imitates_own_points(tmp_path: Path) -> None:
    (tmp_path / "own.csv").write_text("a,kind\n1,u\n2,v\n9,u\n")
    path = f"data.path={tmp_path / 'own.csv'}"
    steps = ["training.steps=2", "training.batch=2"]
    with pytest.raises(ScenarioError, match='column kind: found "u"'):
        load("gan-staged", [path, *steps])
    with pytest.raises(ScenarioError, match="1 column of numbers; a GAN here imitates points"):
        load("gan-staged", [path, "data.label=kind", *steps])
    (tmp_path / "own.csv").write_text("a,b,class\n1,5,u\n2,-5,v\n9,5,u\n")
    own = load("gan-saturating", [path, *steps])
    assert table(replace(own)).names == ("a", "b")
    for _upto in build(own).steps:
        pass


def test_a_field_that_is_too_long(tmp_path: Path) -> None:
    line = refused(tmp_path, "a,y\n1,u\n" + "9" * 200_000 + ",v\n")
    assert "line 3" in line


def test_columns_are_named_shortly(tmp_path: Path) -> None:
    head = ",".join(f"c{i}" for i in range(20))
    line = refused(tmp_path, f"{head}\n", 'label = "x"')
    assert "allowed: c0, c1, c2, c3, c4, c5, c6, c7, …" in line
