"""Build the documents and questions that the reader is trained and measured on.

usage: python reader_data.py OUT            (in an environment where `chatbot` can be imported)

The questions are those of shared/train, squad2-train, SelQA, and evals/written: documents of kinds that are rare in the
other sets (READMEs, FAQs, rules, manuals, pages of public services), written for this with their questions.

Writes OUT/documents.jsonl (id, title, rows), OUT/train.jsonl, OUT/dev.jsonl, OUT/<set>.jsonl (one question a line) and
OUT/heldout.txt. A row is one candidate sentence: `t` its text, `h` its heading path, `p` the sentence before it. A
question names its document, its earlier questions (`c`, latest first) and the numbers of the rows that answer it
(`gold`) or that are neither right nor wrong (`also`).
"""

from __future__ import annotations

import hashlib
import json
import sys
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any

from chatbot.documents.model import Document, Kind
from chatbot.formats import read

Record = dict[str, Any]

SHARED = Path(__file__).resolve().parents[3] / "shared"
EARLIER = 2  # earlier questions that are kept
HELD_BACK = 0.12  # share of the documents of shared/train
WRITTEN = Path(__file__).resolve().parents[1] / "written"
SETS = {
    name: SHARED / f"evals/{name}/cases.jsonl" for name in ("squad2-train", "squad2", "clapnq", "covidqa", "doc2dial")
}
SETS |= {"written": WRITTEN / "train.jsonl", "written-cases": WRITTEN / "cases.jsonl"}


def lines(path: Path) -> Iterator[Record]:
    """The records of a JSON Lines file."""
    with path.open(encoding="utf-8") as file:
        yield from map(json.loads, file)


def write(path: Path, records: Iterable[Record]) -> None:
    """Write records as JSON Lines."""
    with path.open("w", encoding="utf-8") as file:
        file.writelines(json.dumps(record, ensure_ascii=False) + "\n" for record in records)


def rows_of(sentences: Sequence[tuple[str, str]]) -> list[Record]:
    """Rows from (heading, text) pairs; the sentence before is empty at the start of a section."""
    before = [("", ""), *sentences]
    return [
        {"h": heading, "t": text, "p": previous if above == heading else ""}
        for (heading, text), (above, previous) in zip(sentences, before, strict=False)
    ]


def held_back(documents: Sequence[Record]) -> set[str]:
    """The held-back share of each source; excerpts with a reference list are a source of their own."""
    strata = defaultdict(list)
    for document in documents:
        strata[document["source"], "references" in document].append(document["document"])
    chosen: set[str] = set()
    for names in strata.values():
        names.sort(key=lambda name: hashlib.sha256(name.encode()).hexdigest())
        chosen.update(names[: round(HELD_BACK * len(names))])
    return chosen


def tested(names: Collection[str]) -> set[str]:
    """About half of the held-back documents: those that figures are reported on.

    The others are for calibration: choosing a checkpoint, fitting weights and thresholds. The choice depends on each
    name alone.
    """
    return {name for name in names if hashlib.sha256(f"split {name}".encode()).digest()[-1] % 2}


def excerpt(document: Record) -> Record:
    """An excerpt of shared/train with its reference entries as further rows."""
    rows = rows_of([(s["heading"], s["text"]) for s in document["sentences"]])
    for row in rows:
        row["h"] = "" if row["h"] == document["title"] else row["h"]
    entries = document.get("references", [])
    rows += [{"h": "References", "t": f"({entry['number']}) {entry['text']}", "p": ""} for entry in entries]
    return {"id": document["document"], "title": document["title"], "rows": rows}


def turns(case: Record, golds: Sequence[tuple[list[int], list[int]] | None]) -> Iterator[Record]:
    """The questions of a conversation; one without known gold (None) only serves as an earlier question."""
    earlier: list[str] = []
    for turn, gold in zip(case["turns"], golds, strict=True):
        if gold is not None:
            shared = {"doc": case["id"], "kind": case["kind"], "q": turn["question"], "c": earlier[: -EARLIER - 1 : -1]}
            yield {**shared, "gold": gold[0], "also": gold[1]}
        earlier.append(turn["question"])


def excerpt_questions(cases: Iterable[Record], documents: dict[str, Record]) -> Iterator[Record]:
    """The questions of questions.jsonl or references.jsonl."""
    for case in cases:
        document = documents[case["document"]]
        first = len(document["sentences"])
        entry = {e["number"]: first + i for i, e in enumerate(document.get("references", []))}
        golds = [
            (
                [a - 1 for a in t["answers"]] + [entry[n] for n in t.get("entries", ())],
                [a - 1 for a in t.get("half", ())],
            )
            for t in case["turns"]
        ]
        yield from turns({**case, "id": case["document"]}, golds)


def heading_paths(document: Document) -> list[str]:
    """For each section its heading and those it stands under, without the title."""
    open_headings: list[tuple[int, str]] = []
    paths = []
    for section in document.sections:
        open_headings = [h for h in open_headings if h[0] < section.level]
        if section.heading and section.heading != document.title:
            open_headings.append((section.level, " ".join(document[section.heading].split()).strip("#* ")))
        paths.append(" > ".join(text for _, text in open_headings))
    return paths


def parsed(path: Path, name: str) -> Record:
    """A document file as rows; headings are no candidates."""
    document = read(path)
    paths = heading_paths(document)
    body = [s for s in document.sentences if s.kind is not Kind.HEADING]
    title = " ".join(document[document.title].split()).strip("#* ") if document.title else ""
    sentences = [(paths[s.section], " ".join(document[s.span].split())) for s in body]
    return {"id": name, "title": title, "rows": rows_of(sentences)}


def located(rows: Sequence[Record], string: str) -> set[int]:
    """The rows that hold a gold string, or of one that runs over several rows those that have much of it."""
    wanted = " ".join(string.split()).casefold()
    texts = [row["t"].casefold() for row in rows]
    whole = {i for i, text in enumerate(texts) if wanted in text}
    at = -1 if whole else " ".join(texts).find(wanted)
    start, found = 0, set()
    for i, text in enumerate(texts) if at >= 0 else ():
        overlap = min(start + len(text), at + len(wanted)) - max(start, at)
        if overlap >= 0.34 * len(wanted):
            found.add(i)
        start += len(text) + 1
    return whole | found


def rows_with(rows: Sequence[Record], strings: Iterable[str]) -> list[int]:
    """The rows that hold one of some strings, in order."""
    return sorted({i for string in strings for i in located(rows, string)})


def set_questions(name: str, documents: dict[str, Record]) -> Iterator[Record]:
    """The questions of an evaluation set; adds its documents."""
    for case in lines(SETS[name]):
        key = f"{name}/{case['document']}"
        if key not in documents:
            documents[key] = parsed(SETS[name].parent / case["document"], key)
        rows = documents[key]["rows"]
        golds: list[tuple[list[int], list[int]] | None] = []
        for turn in case["turns"]:
            right = rows_with(rows, [string for group in turn.get("gold", ()) for string in group])
            golds.append(
                (right, rows_with(rows, turn.get("tolerated", ()))) if bool(right) == turn["answerable"] else None
            )
        yield from turns({**case, "id": key, "kind": next(iter(case.get("tags", ())), name)}, golds)


def selqa(documents: dict[str, Record]) -> Iterator[Record]:
    """SelQA's questions; a section is a document."""
    for part in ("dev", "test"):
        for case in json.loads((SHARED / "train/selqa" / f"selqa-ass-{part}.json").read_text(encoding="utf-8")):
            key = f"selqa/{case['article']}/{case['section']}/{len(case['candidates'])}"
            rows = rows_of([(case["section"], text) for text in case["candidates"]])
            documents.setdefault(key, {"id": key, "title": case["article"], "rows": rows})
            yield {"doc": key, "kind": "selqa", "q": case["question"], "c": [], "gold": case["answers"], "also": []}


def main(out: Path) -> None:
    """Write all files."""
    out.mkdir(parents=True, exist_ok=True)
    excerpts = list(lines(SHARED / "train/documents.jsonl"))
    held = held_back(excerpts)
    (out / "heldout.txt").write_text("".join(f"{name}\n" for name in sorted(held)), encoding="utf-8")
    sources = {e["document"]: e for e in excerpts}
    documents = {name: excerpt(e) for name, e in sources.items()}
    cases = [lines(SHARED / f"train/{name}.jsonl") for name in ("questions", "references")]
    ours = [q for some in cases for q in excerpt_questions(some, sources)]
    sets = {name: list(set_questions(name, documents)) for name in SETS}
    written = sets.pop("written")
    more = [*sets.pop("squad2-train"), *selqa(documents), *written, *written]  # twice, since they are few
    write(out / "train.jsonl", [q for q in ours if q["doc"] not in held] + more)
    write(out / "dev.jsonl", [q for q in ours if q["doc"] in held])
    for name, questions in sets.items():
        write(out / f"{name}.jsonl", questions)
    write(out / "documents.jsonl", documents.values())


if __name__ == "__main__":
    main(Path(sys.argv[1]))
