"""From text to pieces: small vocabularies by hand, BERT's own against golden numbers."""

from hashlib import sha256
from importlib import resources

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chatbot.errors import ChatbotError
from chatbot.semantic import wordpiece
from chatbot.semantic.wordpiece import VOCABULARY_SHA256, WordPiece, bert_uncased, parse, words

SPECIAL = ("[CLS]", "[SEP]", "[UNK]")
BUNDLED = resources.files("chatbot.semantic").joinpath("wordpiece_vocabulary/vocab.txt")


def tokeniser(*pieces):
    """A tokeniser that knows a few pieces, and the names of their numbers."""
    names = [*SPECIAL, *pieces]
    return WordPiece({piece: number for number, piece in enumerate(names)}), names


def pieces(text, *known, most=256):
    """The pieces of a text, without [CLS] and [SEP]."""
    small, names = tokeniser(*known)
    first, *found, last = (names[number] for number in small.numbers(text, most))
    assert (first, last) == ("[CLS]", "[SEP]")
    return found


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", []),
        ("  \t\r\n\u00a0\u2003", []),
        ("Hello, World!", ["hello", ",", "world", "!"]),
        ("Crème BRÛLÉE", ["creme", "brulee"]),
        ("e\u0301", ["e"]),  # the accent by itself
        ("don't", ["don", "'", "t"]),
        ("a+b=$3", ["a", "+", "b", "=", "$", "3"]),
        ("70–80 %", ["70", "–", "80", "%"]),
        ("中文abc", ["中", "文", "abc"]),
        ("ひらがな", ["ひらかな"]),  # kana are no ideographs; their voicing marks are accents
        ("zero\u200bwidth\x00\ufffd\x1b[31m", ["zerowidth", "[", "31m"]),
        ("İstanbul ΣΑΣ", ["istanbul", "σασ"]),
        ("≠", ["="]),
        ("[SEP]", ["[", "sep", "]"]),
        ("\ud800x", ["x"]),
    ],
)
def test_words(text, expected):
    """Control characters go, case and accents are folded, punctuation and ideographs stand alone."""
    assert words(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("unable", ["una", "##ble"]),  # not "un", "##able"
        ("unb un", ["un", "##b", "un"]),
        ("unaware", ["[UNK]"]),  # it begins with a piece, but no piece goes on
        ("able un", ["[UNK]", "un"]),  # "##able" begins no word
    ],
)
def test_the_longest_piece_comes_first(text, expected):
    """Pieces are taken greedily, and a word that cannot be put together is one unknown."""
    assert pieces(text, "un", "una", "##able", "##ble", "##b") == expected


def test_a_long_word_is_unknown():
    """A word has at most 100 characters."""
    assert pieces(f"{'a' * 100} {'a' * 101}", "a", "##a") == ["a"] + ["##a"] * 99 + ["[UNK]"]


def test_the_names_of_special_pieces_are_text():
    """No text can put a separator between its own words."""
    assert pieces("[SEP] [CLS] x", "x") == ["[UNK]"] * 6 + ["x"]


def test_a_text_is_cut_to_the_most():
    """[CLS] and [SEP] are counted."""
    assert pieces("a a a a", "a", most=5) == ["a"] * 3
    assert pieces("a a", "a", most=5) == ["a"] * 2


def test_pieces_are_numbered_by_line():
    """Lines end at a line feed and nowhere else."""
    assert parse("[CLS]\n[SEP]\n[UNK]\n\u2028\na\n".encode()).numbers("a", 9) == [0, 4, 1]


# The numbers that the package `tokenizers` 0.23.3 gives with all-MiniLM-L6-v2's tokenizer.json.
GOLDEN = """
101 102 |
101 7592 1010 2088 999 102 | Hello, World!
101 14477 20961 3468 7861 8270 4667 2015 102 | unaffable embeddings
101 2129 2502 2003 1996 9535 1005 1055 3302 1006 2871 7030 1007 1029 102 | How big is the gut's surface (40 m²)?
101 13675 21382 7987 9307 2063 5366 1574 2549 1012 2753 1012 102 | Crème brûlée costs €4.50.
101 17814 1010 9960 1998 1173 18199 29733 29735 29736 29730 29733 102 | Łódź, İstanbul and ΣΊΣΥΦΟΣ
101 1879 1755 1709 30262 30265 2003 4206 102 | 東京タワー is tall
101 1045 3654 1010 28286 2546 1011 1155 3123 1017 1516 1019 1031 1017 1010 1021 1033 102 | IgA, TNF-α rose 3–5 [3, 7]
101 100 12702 4783 102 | 🦠 microbe
101 16770 1024 1013 1013 2742 1012 8917 1013 1037 1035 1038 1029 1039 1027 1015 102 | https://example.org/a_b?c=1
101 1984 4859 1985 5004 102 | ﬁnd ﬂow
"""


def golden():
    """Each text with its numbers."""
    for line in GOLDEN.strip().splitlines():
        numbers, text = line.split("|")
        yield text.strip(), [int(number) for number in numbers.split()]


@pytest.mark.parametrize(("text", "expected"), list(golden()))
def test_berts_own_numbers(text, expected):
    """The pieces are those that the model was trained with."""
    assert bert_uncased().numbers(text, 256) == expected


def test_the_vocabulary_is_berts():
    """231,508 bytes, 30,522 pieces, unchanged, with notice and licence."""
    content = BUNDLED.read_bytes()
    assert (len(content), content.count(b"\n")) == (231_508, 30_522)
    assert sha256(content).hexdigest() == VOCABULARY_SHA256
    folder = resources.files("chatbot.semantic").joinpath("wordpiece_vocabulary")
    assert VOCABULARY_SHA256 in folder.joinpath("NOTICE").read_text("utf-8")
    assert "Apache License" in folder.joinpath("LICENSE").read_text("utf-8")


def test_another_vocabulary_is_refused(monkeypatch):
    """A changed vocabulary would give other sentences' vectors."""
    monkeypatch.setattr(wordpiece, "VOCABULARY_SHA256", "0" * 64)
    with pytest.raises(ChatbotError, match="WordPiece vocabulary is not the one that the model knows"):
        bert_uncased.__wrapped__()


@given(st.text(st.characters(), max_size=200), st.integers(2, 40))
def test_any_text_has_pieces(text, most):
    """Between [CLS] and [SEP], at most as many as asked for, and what is cut is the end."""
    whole = bert_uncased().numbers(text, 10_000)
    found = bert_uncased().numbers(text, most)
    assert found == [*whole[:-1][: most - 1], 102]
    assert whole[0] == 101
    assert all(0 <= number < 30_522 for number in whole)


@pytest.mark.parametrize(
    "text", ["a" * 100_000, "\u0301\u0316" * 50_000, "[" * 100_000, ("b" * 99 + "中") * 1000, "ﷺ" * 100_000]
)
def test_long_texts(text):
    """A long text without spaces is cut like any other; see `evals/benchmark.py` for time."""
    assert len(bert_uncased().numbers(text, 256)) <= 256
