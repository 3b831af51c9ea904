"""Inputs that come close: what a target would take, cut up, mixed and spoilt."""

import io
from collections.abc import Mapping, Sequence

import numpy as np
from hypothesis import strategies as st
from vglab.scenarios.loading.course import preset_file
from vglab.scenarios.schema.spec import ScenarioFile
from vglab.scenarios.schema.validation import choices, fields, is_table

LONG = "9" * 5000
"""Longer than Python turns into a whole number."""
NUMBERS = ("0", "-1", "1", "2.5", "1e999", "-1e-400", "nan", "inf", "1_000", "0x10", "1,5", LONG)
MARKS = (".", "=", '"', "'", "\n", "\r\n", ",", ";", "\t", "[", "]", "{", "}", "#", " ", "\\", ":")
STRANGE = ("\0", "\ufeff", "é", "٣", "\u2028", "\x1b[31m", "\ud800", "𝄞", "\x7f")
TABLES = {name: kind for name, kind in fields(ScenarioFile).items() if is_table(kind)}
KEYS = [f"{name}.{key}" for name, kind in TABLES.items() for key in fields(kind)]
WORDS = sorted(
    {word for kind in TABLES.values() for of in fields(kind).values() for word in choices(of)}
)
LINE = (
    b'{"schema":"vglab.sweep/1","version":"0.1.0","sweep":"a1","scenario":"tanh","at":{"network.'
    b'depth":3},"seed":0,"accuracy":{"test":0.5},"loss":{"test":null},"gan":{},"networks":{},'
    b'"diverged_at":null,"seconds":0.1,"error":null}\n'
)


def joined(pieces: Sequence[str], most: int = 30) -> st.SearchStrategy[bytes]:
    """Some of the pieces, in any order."""
    drawn = st.lists(st.sampled_from(pieces), max_size=most)
    return drawn.map(lambda found: "".join(found).encode("utf-8", "surrogatepass"))


def spoilt(sound: bytes, pieces: Sequence[bytes] = ()) -> st.SearchStrategy[bytes]:
    """A sound input with a few spans replaced."""
    place = st.integers(0, len(sound))
    bits = st.binary(max_size=6) | st.sampled_from([*pieces, b"", b"\n", b"9" * 5000])
    spans = st.lists(st.tuples(place, st.integers(0, 12), bits), max_size=4)

    def apply(cuts: list[tuple[int, int, bytes]]) -> bytes:
        data = sound
        for at, length, bit in sorted(cuts, reverse=True):
            data = data[:at] + bit + data[at + length :]
        return data

    return spans.map(apply)


def archived() -> bytes:
    """A small NPZ."""
    out = io.BytesIO()
    np.savez(out, X=np.arange(12.0).reshape(6, 2), y=np.array(["a", "b"] * 3))
    return out.getvalue()


def lone(
    keys: Sequence[str], values: Sequence[str], between: Sequence[str]
) -> st.SearchStrategy[bytes]:
    """KEY=VALUE, of all that these may be."""
    parts = (st.sampled_from(keys), st.sampled_from(between), st.sampled_from(values))
    return st.tuples(*parts).map(lambda found: "".join(found).encode("utf-8", "surrogatepass"))


VALUES = (*NUMBERS, *WORDS, '"text"', "true", "[1, 2]", "{ en = 1 }", '""', "[]", "1979-05-27")
CELLS = (*NUMBERS, "a", "b", "y", "class", "x1", "3.25", "", '"q"', *MARKS, *STRANGE)
LOOSE = b"a,b,y\n" + b"".join(b"%d,%s,%d\n" % (i, b"uvw"[i % 3 :][:1], i % 4) for i in range(9))
PATHS = (
    "networks.model.diagnosis.rate",
    "networks.model.diagnosis.budget.0",
    "networks.model.diagnosis.budget.-1",
    "accuracy.test.0.-1",
    f"accuracy.test.{LONG}",
    f"accuracy.test.-{LONG}",
    "finished",
    "acuracy",
    "accuracy.test.9",
)
ARGUMENTS = (
    *("scenarios", "show", "check", "compare", "remedies", "claims", "sweep", "export", "schema"),
    *(
        "relu",
        "deep-sigmoid",
        "nothing.toml",
        "/dev/null",
        "--help",
        "-h",
        "--lang",
        "es",
        "--json",
    ),
    *("--set", "--over", "--expect", "--seed", "--replicas", "--steps", "--dtype", "--out", "run"),
    *("--csv", "--workers", "--dask", "--random", "--nonsense", "--", "-", "--version", "scenario"),
)
SEQUENCES = ("\x1b", "\x1b[", "\x1bO", "\x1b[200~", "\x1b[201~", "\x1b[<", "\x1b[M", "\x1b]52;c;")
GROUND = b"length,width,kind\n1.5,2,a\n2.5,-3e4,b\n0,1,a\n1,1,b\n2,2,a\n"
INPUTS: Mapping[str, st.SearchStrategy[bytes]] = {
    "scenario": st.one_of(
        st.binary(max_size=60),
        joined(
            [*(f"{key} = " for key in KEYS), *(f"[{name}]\n" for name in TABLES), *VALUES, *MARKS]
        ),
        spoilt(preset_file("gan-staged").read_bytes()),
        spoilt(b'extends = "relu"\n[network]\ndepth = 3\n[training]\nstages = [{ steps = 3 }]\n'),
    ),
    "setting": st.one_of(
        st.binary(max_size=40),
        lone(KEYS, VALUES, ("=", " = ", ".", "==")),
        joined([*KEYS, *VALUES, *MARKS], 6),
    ),
    "over": st.one_of(
        st.binary(max_size=40),
        lone(
            KEYS,
            [
                f"{a}:{b}{c}"
                for a in NUMBERS
                for b in NUMBERS
                for c in ("", ":3", ":log", f":{LONG}")
            ],
            ("=",),
        ),
        joined([*KEYS, "=", ":", ",", "log", *NUMBERS, *WORDS], 8),
    ),
    "expectation": st.one_of(
        st.binary(max_size=40),
        lone(PATHS, VALUES, (" < ", "<=", "==", "!=", ">", "=", " ")),
        joined([*PATHS, ".", "<", "=", ">", "!", " ", *VALUES, *STRANGE], 6),
    ),
    "ledger": st.one_of(
        st.binary(max_size=60),
        spoilt(LINE * 2, [b"null", b"1e999", b'{"a":' * 2000, b"\xff"]),
        joined([*(LINE.decode().split(",")), ",", "{", "}", "\n", "\0", *NUMBERS]),
    ),
    "table": st.one_of(
        st.binary(max_size=60),
        joined(CELLS, 40),
        spoilt(GROUND),
        spoilt(GROUND.replace(b",", b";")),
    ),
    "loose_table": st.one_of(
        joined([*CELLS, "NA", "?", ",", "\n"], 40),
        spoilt(LOOSE, [b"NA", b"?", b",,", b"a", b"y,a"]),
        lone(
            ["a,b,y\n", "y,a\n1,2\n"],
            [f"{a},{b},{c}\n" * 3 for a in NUMBERS for b in ("", "?", "u") for c in "12"],
            ("", "NA,v,1\n2,w,2\n"),
        ),
    ),
    "archive": st.one_of(
        st.binary(max_size=60), spoilt(archived(), [b"O", b"<f8", b"'shape': (9", b"e30"])
    ),
    "command_line": st.one_of(
        joined([f"{word}\x1f" for word in (*ARGUMENTS, *KEYS, *VALUES, *STRANGE, *MARKS)], 8),
        st.tuples(
            st.sampled_from(ARGUMENTS), lone(KEYS, VALUES, ("=", "")), st.binary(max_size=9)
        ).map(lambda found: f"{found[0]}\x1f--set\x1f".encode() + found[1] + b"\x1f" + found[2]),
    ),
    "keyboard": st.one_of(
        st.binary(max_size=80),
        joined([*SEQUENCES, *STRANGE, *NUMBERS[:-1], "9" * 60, ";", "q", "~", "u", "M"], 12),
        spoilt(b"\x1b[200~pasted\x1b[201~\x1b[<0;10;10M\x1b[97;5u\x1b[48;24;80;480;800t"),
    ),
}
