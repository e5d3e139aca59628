"""Collections with judgements, as BEIR and TREC have them: any sentence of a relevant entry is right."""

import pytest
from support.other_formats import beir, trec, write, write_lines

from chatbot.errors import CaseError
from chatbot.evals.formats import detect
from chatbot.formats import read


@pytest.mark.parametrize("made", [beir, trec])
def test_any_sentence_of_a_relevant_entry_is_right(tmp_path, made):
    """Gold leaves out what other entries say too; an entry that has only a title is quoted by it."""
    with detect.opened(made(tmp_path)) as found:
        document = read(found.cases[0].documents[0])
        turns = [case.turns[0] for case in found.cases]
    assert [turn.question for turn in turns] == ["Why does bread rise?", "What about tea?"]
    assert [[document[span] for span in turn.accept_spans] for turn in turns] == [
        ["Bread rises.", "Yeast makes gas."],
        ["Tea"],
    ]
    assert [turn.gold for turn in turns] == [(("Yeast makes gas.",),), (("Tea",),)]


@pytest.mark.parametrize("made", [beir, trec])
def test_a_query_without_relevant_entries_is_left_out(tmp_path, made):
    """A query without judgements is not unanswerable; it is left out and reported, with its place."""
    with detect.opened(made(tmp_path)) as found:
        first, second = map(str, found.left_out)
    assert "3" in first
    assert first.endswith("the judgements name no relevant entry, which does not say that none answers")
    assert second.endswith("none of its 1 relevant entries is in the collection with a text")


def test_places(tmp_path):
    """A query's place is its line."""
    with detect.opened(beir(tmp_path / "b")) as found:
        assert found.cases[1].place == f"{tmp_path / 'b' / 'queries.jsonl'}:2"
    with detect.opened(trec(tmp_path / "t")) as found:
        assert found.cases[1].place == f"{tmp_path / 't' / 'topics.1-4.txt'}:7"


def test_the_only_judgements_are_taken(tmp_path):
    """Whatever they are called; of several, those of the test part."""
    folder = beir(tmp_path)
    (folder / "qrels" / "test.tsv").rename(folder / "qrels" / "dev.tsv")
    with detect.opened(folder) as found:
        assert len(found.cases) == 2
    write(folder / "qrels" / "train.tsv", "1\td1\t1\n")
    with pytest.raises(CaseError, match=r"has several .dev\.tsv, train\.tsv. judgements"), detect.opened(folder):
        pass


def test_trec_in_tabs(tmp_path):
    """Topics and documents may be lines of an id, a tab and a text."""
    write(tmp_path / "queries.tsv", "7\tWhy does bread rise?\n")
    write(tmp_path / "collection.tsv", "d1\tYeast makes gas.\nd2\tRye keeps.\n")
    write(tmp_path / "qrels.test.txt", "7 0 d1 1\n7 0 d2 0\n")
    with detect.opened(tmp_path) as found:
        assert found.cases[0].turns[0].gold == (("Yeast makes gas.",),)


FAULTS = {
    "no judgements": (beir, "qrels/test.tsv", None, "has no judgements"),
    "no queries": (beir, "queries.jsonl", None, "queries.jsonl: cannot be read: No such file or directory"),
    "a query without text": (beir, "queries.jsonl", '{"_id": "1"}\n', 'queries.jsonl:1: has no "text"'),
    "a text that is none": (beir, "corpus.jsonl", '{"_id": "1", "text": 7}\n', 'corpus.jsonl:1: "text" must be a text'),
    "a broken corpus": (beir, "corpus.jsonl", '{"_id": "1", "te', "corpus.jsonl:1: is not JSON"),
    "two columns": (beir, "qrels/test.tsv", "1\td1\n", "test.tsv:1: has 2 columns; judgements have 3"),
    "a grade that is none": (
        beir,
        "qrels/test.tsv",
        "q\tc\tscore\n1\td1\tx\n",
        'test.tsv:2: has a grade that is not a number: "x"',
    ),
    "a grade that is not finite": (
        beir,
        "qrels/test.tsv",
        "1\td1\t1\n1\td2\tnan\n",
        'test.tsv:2: has a grade that is not a number: "nan"',
    ),
    "documents that never end": (trec, "docs/a.sgml", "<DOC>" * 200_000, "all 4 cases are left out"),
    "a number that never ends": (
        trec,
        "docs/a.sgml",
        f"<DOC><DOCNO>{' ' * 20_000}</DOC>",
        "the document has no <DOCNO>",
    ),
    "a number of spaces": (
        trec,
        "topics.1-4.txt",
        f"<top><num>{' ' * 100_000}<title>x</top>",
        "topics.1-4.txt:1: the topic has no <num>",
    ),
    "titles that never end": (
        trec,
        "docs/a.sgml",
        f"<DOC><DOCNO>x</DOCNO>{'<TITLE><TEXT>' * 50_000}</DOC>",
        "all 4 cases are left out",
    ),
    "nothing is judged": (beir, "qrels/test.tsv", "q\tc\tscore\n", "all 4 cases are left out; the first: "),
    "two files of topics": (trec, "topics2.txt", "1\tWhy?\n", "has 2 files of topics (topics.1-4.txt, topics2.txt)"),
    "no documents": (trec, "docs/a.sgml", None, "has topics and judgements, but no documents"),
    "a topic without a number": (
        trec,
        "topics.1-4.txt",
        "<top><title>x</top>",
        "topics.1-4.txt:1: the topic has no <num>",
    ),
    "a document without a number": (
        trec,
        "docs/a.sgml",
        "\n<DOC><TEXT>x</TEXT></DOC>",
        "a.sgml:2: the document has no <DOCNO>",
    ),
    "a line without a tab": (trec, "docs/a.sgml", "d1 Yeast\n", "a.sgml:1: has no tab"),
    "an open folder": (beir, "corpus.jsonl", b"\xff", "corpus.jsonl:1: is not UTF-8"),
}


@pytest.mark.parametrize(("made", "name", "content", "reason"), FAULTS.values(), ids=FAULTS)
def test_a_faulty_folder_is_refused(tmp_path, made, name, content, reason):
    """In one line that names the file."""
    folder = made(tmp_path)
    if content is None:
        (folder / name).unlink()
    else:
        write(folder / name, content)
    with pytest.raises(CaseError) as raised, detect.opened(folder):
        pass
    assert reason in str(raised.value)
    assert "\n" not in str(raised.value)


def test_the_first_head_of_an_entry_is_its_title(tmp_path):
    """Whichever of TREC's tags it bears; one that is not closed is none."""
    folder = trec(tmp_path)
    text = "<DOC><DOCNO>d1</DOCNO><TI><HL>One</HL><title>Two</title><TEXT>Yeast.</TEXT><text>Gas.</TEXT></DOC>"
    write(folder / "docs" / "a.sgml", text)
    with detect.opened(folder) as found:
        assert found.cases[0].documents[0].read_text() == "# One\n\nYeast.\n\nGas.\n\n"


def test_a_collection_has_a_limit(tmp_path, monkeypatch):
    """It is said before anything is indexed."""
    monkeypatch.setattr("chatbot.evals.formats.qrels.LIMIT", 10)
    with pytest.raises(CaseError, match="its documents are more than 0 MB together"), detect.opened(beir(tmp_path)):
        pass


def test_numbers_are_ids_too(tmp_path):
    """Some sets write them so."""
    folder = beir(tmp_path)
    write_lines(folder / "queries.jsonl", {"_id": 1, "text": "Why?"})
    with detect.opened(folder) as found:
        assert found.cases[0].id == "1"
