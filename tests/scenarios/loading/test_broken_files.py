"""Broken scenario files: each fault is one line with file, key, what was found, what is allowed."""

from pathlib import Path

import pytest
from bad_scenarios import ACTIVATIONS, NETWORK_KEYS, PRESETS, TOP_KEYS, TRAINING_KEYS, faults

INITS = "lecun, xavier, he, xavier_uniform, he_uniform, uniform, normal, orthogonal, identity"


@pytest.mark.parametrize(
    ("text", "line"),
    [
        # keys
        (
            "[network]\ndepht = 3",
            f"network.depht: no such key; allowed: {NETWORK_KEYS}; did you mean network.depth?",
        ),
        (
            "[network]\nlr = 3",
            f"network.lr: no such key; allowed: {NETWORK_KEYS}; did you mean training.rate?",
        ),
        (
            "depth = 3",
            f"depth: no such key; allowed: {TOP_KEYS}; did you mean network.depth?",
        ),
        (
            "[netwrok]\ndepth = 3",
            f"netwrok: no such key; allowed: {TOP_KEYS}; did you mean network?",
        ),
        (
            "[training]\nlearning_rate = 3",
            f"training.learning_rate: no such key; allowed: {TRAINING_KEYS};"
            " did you mean training.rate?",
        ),
        ("id = 'mine'", f"id: no such key; allowed: {TOP_KEYS}; did you mean kind?"),
        ("xyzzy = 1", f"xyzzy: no such key; allowed: {TOP_KEYS}"),
        ('"a key" = 1', f'"a key": no such key; allowed: {TOP_KEYS}'),
        # names
        (
            "[network]\nactivation = 'rleu'",
            f'network.activation: found "rleu"; allowed: {ACTIVATIONS}; did you mean relu?',
        ),
        (
            "[network]\nactivation = 'ReLU'",
            f'network.activation: found "ReLU"; allowed: {ACTIVATIONS}; did you mean relu?',
        ),
        (
            "[network]\nactivation = 'swish'",
            f'network.activation: found "swish"; allowed: {ACTIVATIONS}; did you mean silu?',
        ),
        (
            "[network]\nactivation = 3",
            f"network.activation: found 3; allowed: {ACTIVATIONS}",
        ),
        (
            "[network]\ninit = 'kaiming'",
            'network.init: found "kaiming"; allowed: lecun, xavier, he, xavier_uniform,'
            " he_uniform, uniform, normal, orthogonal, identity; did you mean he?",
        ),
        *(
            (
                f"[network]\ninit = '{theirs}'",
                f'network.init: found "{theirs}"; allowed: {INITS}; did you mean {ours}?',
            )
            for theirs, ours in {
                "kaiming_normal": "he",
                "he_normal": "he",
                "kaiming_uniform": "he_uniform",
                "xavier_normal": "xavier",
                "glorot_normal": "xavier",
                "glorot_uniform": "xavier_uniform",
                "lecun_normal": "lecun",
            }.items()
        ),
        (
            "[network]\nnorm = true",
            "network.norm: found true; allowed: none, batch, layer",
        ),
        (
            "[run]\ndtype = 'float16'",
            'run.dtype: found "float16"; allowed: float32, float64; did you mean float64?',
        ),
        ("kind = 'gam'", 'kind: found "gam"; allowed: classifier, gan; did you mean gan?'),
        # sizes
        ("[network]\ndepth = 0", "network.depth: found 0; allowed: a whole number from 1 to 200"),
        (
            "[network]\nwidth = 4097",
            "network.width: found 4097; allowed: a whole number from 1 to 4096",
        ),
        (
            "[network]\ndepth = true",
            "network.depth: found true; allowed: a whole number from 1 to 200",
        ),
        (
            "[network]\ndepth = '10'",
            'network.depth: found "10"; allowed: a whole number from 1 to 200; did you mean 10?',
        ),
        (
            "[training]\nsteps = 2e3",
            "training.steps: found 2000.0; allowed: a whole number from 1 to 1000000;"
            " did you mean 2000?",
        ),
        (
            "[network]\ndepth = 2.5",
            "network.depth: found 2.5; allowed: a whole number from 1 to 200",
        ),
        (
            f"[run]\nseed = {10**70}",
            "run.seed: found a number of more than 60 digits;"
            " allowed: a whole number from 0 to 4294967295",
        ),
        ("[training]\nrate = 0", "training.rate: found 0; allowed: a number greater than 0"),
        ("[training]\nrate = -0.5", "training.rate: found -0.5; allowed: a number greater than 0"),
        (
            "[training]\nrate = nan",
            "training.rate: found nan; allowed: a number greater than 0;"
            " every number in a scenario must be finite",
        ),
        (
            "[network]\ngain = inf",
            "network.gain: found inf; allowed: a number greater than 0;"
            " every number in a scenario must be finite",
        ),
        (
            "[training]\noptimizer = 'adam'\nbeta1 = 1.0",
            "training.beta1: found 1.0; allowed: a number from 0 to just under 1",
        ),
        ("[data]\nnoise = -1", "data.noise: found -1; allowed: a number, 0 or more"),
        (
            "[network]\nskip_scale = 'big'",
            'network.skip_scale: found "big"; allowed: a number greater than 0 or 1/sqrt(depth)',
        ),
        (
            "[data]\ntrain = 2024-01-01",
            "data.train: found 2024-01-01; allowed: a whole number from 2 to 100000",
        ),
        # shapes
        (
            "network = 3",
            f"network: found 3; allowed: a table with {NETWORK_KEYS}",
        ),
        (
            "[[network]]\ndepth = 3",
            f"network: found [{{ depth = 3 }}]; allowed: a table with {NETWORK_KEYS}",
        ),
        (
            "[network.depth]\nlayers = 3",
            "network.depth: found { layers = 3 }; allowed: a whole number from 1 to 200",
        ),
        (
            "title = 'Mine'",
            'title: found "Mine"; allowed: a table with en, es; did you mean { en = "Mine" }?',
        ),
        ("title.en = 3", "title.en: found 3; allowed: a text in quotes"),
        (
            "claim = 'a-claim'",
            'claim: found "a-claim"; allowed: a list, each entry small letters, digits and single'
            ' hyphens, as in relu-keeps-gradients; did you mean ["a-claim"]?',
        ),
        (
            "claim = ['good', 'Bad One']",
            'claim.1: found "Bad One"; allowed: small letters, digits and single hyphens, as in'
            " relu-keeps-gradients",
        ),
        ("extends = 3", "extends: found 3; allowed: a text in quotes"),
        (
            "extends = ''",
            f'extends: found "": no preset or file has this name; allowed: {PRESETS}',
        ),
        # what contradicts itself
        (
            "[training]\nbatch = 600",
            "training.batch: found 600; allowed: at most data.train = 512",
        ),
        (
            "[data]\ntrain = 32",
            "training.batch: found 64; allowed: at most data.train = 32",
        ),
        (
            "[network]\nnorm = 'batch'\n[training]\nbatch = 1",
            "training.batch: found 1;"
            " allowed: at least 2, as one point has no spread to normalize by",
        ),
        (
            "[network]\nnorm = 'layer'\nwidth = 1",
            "network.width: found 1;"
            " allowed: at least 2, as one unit has no spread to normalize by",
        ),
        (
            "[network]\nskip = 'identity'\ndepth = 1",
            "network.depth: found 1; allowed: at least 2, as a skip passes over the second layer",
        ),
        (
            "[network]\nslope = 0.3",
            "network.slope: found 0.3; does nothing unless network.activation is leaky_relu",
        ),
        (
            "[network]\nskip_every = 3",
            "network.skip_every: found 3; does nothing unless network.skip is identity or"
            " projection or projection_fixed or highway",
        ),
        (
            "[network]\nskip = 'identity'\nskip_placement = 'inside'\nskip_scale = 0.5",
            "network.skip_scale: found 0.5;"
            " does nothing unless network.skip_placement is outside or preactivation",
        ),
        (
            "[network]\narchitecture = 'cnn'",
            'data.name: found "circles"; allowed: digits, with network.architecture = cnn',
        ),
        (
            "[network]\narchitecture = 'gru'\n[data]\nname = 'digits'",
            'data.name: found "digits"; allowed: lag, with network.architecture = gru',
        ),
        (
            "[network]\narchitecture = 'cnn'\nkernel = 4\n[data]\nname = 'digits'",
            "network.kernel: found 4; allowed: an odd number, as a kernel has a middle",
        ),
        (
            "[network]\narchitecture = 'rnn'\nnorm = 'layer'\n[data]\nname = 'lag'",
            'network.norm: found "layer"; allowed: none in a recurrent network',
        ),
        (
            "[network]\narchitecture = 'lstm'\nskip = 'identity'\n[data]\nname = 'lag'",
            'network.skip: found "identity"; allowed: none in a recurrent network',
        ),
        (
            "[data]\nname = 'digits'\ntrain = 1500",
            "data.train: found 1500;"
            " allowed: at most 1797 with data.test, as there are no more images",
        ),
        (
            "kind = 'gan'\n[data]\nname = 'lag'",
            'data.name: found "lag"; allowed: points in the plane, for a GAN to imitate',
        ),
        (
            "[network]\narchitecture = 'rnn'\nforget_bias = 2.0\n[data]\nname = 'lag'",
            "network.forget_bias: found 2.0; does nothing unless network.architecture is"
            " lstm or gru",
        ),
        (
            "[network]\nkernel = 5",
            "network.kernel: found 5; does nothing unless network.architecture is cnn",
        ),
        ("[data]\nlag = 5", "data.lag: found 5; does nothing unless data.name is lag"),
        (
            "[generator]\narchitecture = 'cnn'",
            'generator.architecture: found "cnn"; allowed: mlp',
        ),
        (
            "[training]\nmomentum = 0.5",
            "training.momentum: found 0.5;"
            " does nothing unless training.optimizer is momentum or nesterov",
        ),
        (
            "expect = ['networks.model.diagnosis.rate = 0.3']",
            'expect.0: found "networks.model.diagnosis.rate = 0.3"; write PATH COMPARISON VALUE,'
            " with one of <= >= < > == !=, as in: networks.model.diagnosis.rate < 0.3",
        ),
        # not TOML
        (
            "[network]\ndepth = 3\ndepth = 4\n",
            "line 3, column 10: stated twice: keep one of the two",
        ),
        (
            "[run]\nseed = 1\n[run]\nseed = 2",
            "line 3, column 5: stated twice: keep one of the two",
        ),
        (
            "[network]\nactivation = relu",
            "line 2, column 14: not a valid value: put text in quotes, leave numbers bare",
        ),
        ("[network\ndepth = 3", "line 1, column 9: a heading is a name between [ and ]"),
        ("depth 3", "line 1, column 7: expected = after the key"),
        ("title.en = 'x", "line 1: a text that begins with a quote must end with one"),
        (
            'title.en = "x\ny"',
            "line 1, column 14: a text that begins with a quote must end with one",
        ),
        ("claim = ['a'", "line 1: a list that begins with [ must end with ]"),
        ("[run]\nseed = 1 2", "line 2, column 10: one key per line: something follows the value"),
        (
            'extends = "C:\\users"',
            "line 1, column 16: \\ has a meaning of its own in a text: write \\\\, or put"
            " the text in single quotes",
        ),
        ("when = 2024-02-30", "line 1, column 8: no such date"),
        (f"[run]\nseed = {'9' * 5000}", "line 2: not valid TOML"),
        ("a = " + "[" * 2000, "nested too deeply"),
        # not text
        (
            "",
            "the file states nothing; a scenario states at least what it changes, as in:"
            ' extends = "deep-sigmoid"',
        ),
        (
            "# soon\n",
            "the file states nothing; a scenario states at least what it changes, as in:"
            ' extends = "deep-sigmoid"',
        ),
        (b"\x89PNG\r\n\x1a\n\x00\x00", "line 1: not UTF-8 text; save it as UTF-8"),
        ("[run]\nseed = 1 # año".encode("latin-1"), "line 2: not UTF-8 text; save it as UTF-8"),
        ("seed = 1".encode("utf-16"), "line 1: not UTF-8 text; save it as UTF-8"),
        (b"\x00", "line 1, column 1: expected a key here"),
        (b"a = 1 # \x00\n", "line 1, column 9: a character that does not belong in a text file"),
        (
            b"#" * (1 << 17) + b"#",
            "the file is larger than 131072 bytes; a scenario is a page of text",
        ),
    ],
)
def test_one_fault(tmp_path: Path, text: str | bytes, line: str) -> None:
    assert faults(tmp_path, text) == [f"mine.toml: {line}"]
