"""Small question sets of other formats, for the tests that read them."""

import json
from pathlib import Path

BREAD = "Bread rises because yeast makes gas. A loaf bakes for 10 minutes at 100 degrees.\nSalt slows the yeast."
RYE = "Rye bread keeps for 10 days. Rye is a grass."


def place_of(text, context, nth=1):
    """An answer of SQuAD: a text, and where it stands the nth time."""
    start = -1
    for _ in range(nth):
        start = context.index(text, start + 1)
    return {"text": text, "answer_start": start}


def asked(name, question, *answers, **more):
    """A question of SQuAD."""
    return {"id": name, "question": question, "answers": list(answers), **more}


def squad(*questions, rye=(), **more):
    """A SQuAD file of one article with two paragraphs."""
    paragraphs = [{"context": BREAD, "qas": list(questions)}, {"context": RYE, "qas": list(rye)}]
    return {"version": "v2.0", "data": [{"title": "Rye_and_other bread", "paragraphs": paragraphs, **more}]}


RISES = asked("q1", "Why does bread rise?", place_of("yeast makes gas", BREAD))
BAKES = asked("q2", "How long does a loaf bake?", place_of("10", BREAD), is_impossible=False)
NEVER = asked("q3", "Who invented bread?", is_impossible=True, plausible_answers=[place_of("Salt", BREAD)])
KEEPS = asked("q4", "How long does rye bread keep?", place_of("10", RYE), place_of("10 days", RYE))


def write(path: Path, content) -> Path:
    """A file of bytes, of text, or of a value as JSON."""
    path.parent.mkdir(parents=True, exist_ok=True)
    text = content if isinstance(content, bytes | str) else json.dumps(content, indent=1)
    path.write_bytes(text if isinstance(text, bytes) else text.encode("utf-8"))
    return path


def write_lines(path: Path, *records) -> Path:
    """A file of JSON lines."""
    return write(path, "".join(f"{json.dumps(record)}\n" for record in records))


ENTRIES = (("d1", "Bread", "Bread rises. Yeast makes gas."), ("d2", "", "Rye keeps. Bread rises."), ("d3", "Tea", ""))
QUERIES = (("1", "Why does bread rise?"), ("2", "What about tea?"), ("3", "Nobody judged this?"), ("4", "Lost?"))
GRADES = (("1", "d1", "2"), ("1", "d2", "0"), ("2", "d3", "1"), ("4", "gone", "1"))


def beir(folder: Path) -> Path:
    """A BEIR folder: a query with an entry of two sentences, one with a title only, and two that have none."""
    write_lines(folder / "corpus.jsonl", *({"_id": i, "title": t, "text": text} for i, t, text in ENTRIES))
    write_lines(folder / "queries.jsonl", *({"_id": i, "text": text} for i, text in QUERIES))
    rows = "".join("\t".join(row) + "\n" for row in GRADES)
    write(folder / "qrels" / "test.tsv", "query-id\tcorpus-id\tscore\n" + rows)
    return folder


def trec(folder: Path) -> Path:
    """The same as a TREC folder, in TREC's markup."""
    tops = "".join(
        f"<top>\n<num> Number: 0{i}\n<title> Topic: {text}\n<desc> Description:\nLong.\n</top>\n" for i, text in QUERIES
    )
    docs = "".join(
        f"<DOC>\n<DOCNO> {i} </DOCNO>\n<HEADLINE>{title}</HEADLINE>\n<TEXT>\n<P>{text}</P>\n</TEXT>\n</DOC>\n"
        for i, title, text in ENTRIES
    )
    write(folder / "topics.1-4.txt", tops)
    write(folder / "docs" / "a.sgml", docs)
    write(folder / "qrels.txt", "".join(f"{query} 0 {entry} {grade}\n" for query, entry, grade in GRADES))
    write(folder / "README.txt", "not a document")
    return folder
