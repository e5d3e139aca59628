"""SQuAD: what is read of it, and that an answer is right at its place and nowhere else."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from support.other_formats import BAKES, BREAD, KEEPS, NEVER, RISES, RYE, asked, place_of, squad, write

from chatbot.documents.model import Span
from chatbot.errors import CaseError
from chatbot.evals.formats import detect
from chatbot.evals.formats import squad as reader
from chatbot.evals.metrics.judge import holds_gold
from chatbot.formats import read
from chatbot.reply import Quote


@pytest.fixture
def path(tmp_path):
    """A set of four questions."""
    return write(tmp_path / "set.json", squad(RISES, BAKES, NEVER, rye=[KEEPS]))


def test_an_article_is_a_document(path):
    """Its title is a heading, its paragraphs stand as they are, with blank lines between them."""
    found = reader.read(path)
    assert found.documents == {"Rye_and_other_bread.md": f"# Rye and other bread\n\n{BREAD}\n\n{RYE}\n"}
    assert [draft.record["document"] for draft in found.drafts] == ["Rye_and_other_bread.md"] * 4


def test_questions_are_cases(path):
    """Impossible ones, whatever is plausible, are unanswerable."""
    with detect.opened(path) as found:
        assert [(case.id, case.turns[0].answerable) for case in found.cases] == [
            ("q1", True),
            ("q2", True),
            ("q3", False),
            ("q4", True),
        ]


def test_an_answer_counts_at_its_place(path):
    """The "10" of the loaf is not the "10" of the rye bread, nor that of "100"."""
    with detect.opened(path) as found:
        document = read(found.cases[1].documents[0])
        turns = [case.turns[0] for case in found.cases]
    quotes = [[Quote(document, sentence.span, None)] for sentence in document.sentences[1:]]
    assert [holds_gold(turns[1], quote) for quote in quotes] == [False, True, False, False, False]
    assert [holds_gold(turns[3], quote) for quote in quotes] == [False, False, False, True, False]


def test_gold_stands_once(path):
    """It is the answer with as many words behind it as make it the only one."""
    with detect.opened(path) as found:
        assert [case.turns[0].gold for case in found.cases] == [
            (("yeast makes gas",),),
            (("10 minutes",),),
            (),
            (("10 days",),),
        ]


def test_an_answer_that_never_stands_once_has_only_its_place(tmp_path):
    """Gold is left out where it would serve elsewhere too."""
    context = "Salt. Salt. Salt"
    record = {
        "data": [{"paragraphs": [{"context": context, "qas": [asked("a", "What?", place_of("Salt", context, 3))]}]}]
    }
    with detect.opened(write(tmp_path / "salt.json", record)) as found:
        assert (found.cases[0].turns[0].gold, found.cases[0].turns[0].accept_spans) == ((), (Span(12, 16),))
        assert found.cases[0].documents[0].name == "article.md"


def test_a_question_has_its_own_line(path):
    """Errors and annotations name the place in the original file."""
    lines = path.read_text().splitlines()
    for draft in reader.read(path).drafts:
        file, _, line = draft.place.rpartition(":")
        assert (file, f'"id": "{draft.record["id"]}"' in lines[int(line) - 1]) == (str(path), True)


def test_articles_of_one_title_are_two_documents(tmp_path):
    """Also where only case or punctuation differ."""
    titles = ["Bread!", "bread", "Bread?"]
    data = [squad(RISES | {"id": str(i)}, title=title)["data"][0] for i, title in enumerate(titles)]
    assert list(reader.read(write(tmp_path / "a.json", {"data": data})).documents) == [
        "Bread.md",
        "bread-2.md",
        "Bread-3.md",
    ]


def test_an_answer_ends_with_its_paragraph(tmp_path):
    """What comes behind it is another's."""
    across = {"text": f"{BREAD[-5:]}\n\n{RYE[:3]}", "answer_start": len(BREAD) - 5}
    found = reader.read(write(tmp_path / "a.json", squad(RISES | {"answers": [across]})))
    assert (found.drafts, len(found.invalid)) == ((), 1)


def test_a_title_makes_the_name_of_a_file_and_no_path(tmp_path):
    """Whatever stands in it, and however long it is."""
    titles = ["../../etc/passwd", "/etc/passwd", "\U00010330" * 200, "a\0b\nc", "..", "\ud800", "-rf"]
    data = [squad(RISES | {"id": str(i)}, title=title)["data"][0] for i, title in enumerate(titles)]
    names = list(reader.read(write(tmp_path / "a.json", {"data": data})).documents)
    assert names == [
        "etc_passwd.md",
        "etc_passwd-2.md",
        "\U00010330" * 50 + ".md",
        "a_b_c.md",
        "article.md",
        "article-2.md",
        "rf.md",
    ]


def test_numbers_are_ids_too(tmp_path):
    """Some sets that are written like SQuAD have them."""
    assert reader.read(write(tmp_path / "a.json", squad(RISES | {"id": 7}))).drafts[0].record["id"] == "7"


WRONG = asked("w", "Why?", {"text": "yeast", "answer_start": 3})


def test_an_answer_elsewhere_makes_a_case_invalid(tmp_path):
    """It is refused with its line, or left out on demand."""
    path = write(tmp_path / "a.json", squad(RISES, WRONG))
    with (
        pytest.raises(CaseError, match='the answer "yeast" is not at its answer_start, 3'),
        detect.opened(path),
    ):
        pass
    with detect.opened(path, skip_invalid=True) as found:
        assert ([case.id for case in found.cases], len(found.left_out)) == (["q1"], 1)


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        ({"data": {}}, '"data" must be a list'),
        ({"version": 1}, 'has no "data"'),
        ({"data": []}, "has no cases"),
        ({"data": [7]}, "must be an object"),
        (squad({"question": "Why?"}), 'has no "id"'),
        (squad(asked("a", "Why?", is_impossible=False)), "a: is answerable but has no answers"),
        (squad(RISES, RISES), 'has the id "q1" of'),
        ('{"data": [\n{"title"', "is not JSON: Expecting ':' delimiter (line 2, column 9)"),
        ("[" * 100_000, "nested too deeply"),
        (b'{"data": "\xff"}', "is not UTF-8 (byte 11 of the file)"),
        (squad(NEVER, title="\0"), "has NUL characters"),
        (
            squad(RISES, title="x") | {"data": [{"paragraphs": [{"context": "\ud800", "qas": [NEVER]}]}]},
            "lone surrogate",
        ),
    ],
)
def test_a_faulty_file_is_refused(tmp_path, content, reason):
    """In one line, with exit code 4."""
    path = write(tmp_path / "a.json", content)
    with pytest.raises(CaseError) as raised, detect.opened(path):
        pass
    assert reason in str(raised.value)
    assert str(raised.value).startswith(str(path))
    assert "\n" not in str(raised.value)


@given(
    st.lists(st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=40), min_size=1, max_size=5),
    st.sampled_from(["", "A"]),
    st.data(),
)
def test_every_place_is_kept(tmp_path_factory, contexts, title, places):
    """Wherever an answer stands in a paragraph, its span in the document is the same text."""
    paragraphs = []
    for number, context in enumerate(contexts):
        start = places.draw(st.integers(0, len(context) - 1))
        end = places.draw(st.integers(start + 1, len(context)))
        answer = {"text": context[start:end], "answer_start": start}
        paragraphs.append({"context": context, "qas": [asked(str(number), "Why?", answer)]})
    data = [{"title": title, "paragraphs": paragraphs}]
    found = reader.read(write(tmp_path_factory.mktemp("squad") / "a.json", {"data": data}))
    (written,) = found.documents.values()
    text = written.encode().decode("utf-8-sig")  # as an article is read
    for draft in found.drafts:
        start, end = draft.record["turns"][0]["accept_spans"][0]
        paragraph = paragraphs[int(draft.record["id"])]
        assert text[start:end] == paragraph["qas"][0]["answers"][0]["text"]
