"""From a query to a reply: the sentences to quote, or an honest refusal."""

from __future__ import annotations

from dataclasses import asdict, replace
from math import exp
from typing import TYPE_CHECKING

from chatbot.answers.bibliography import citing_sections
from chatbot.answers.completion import body, combined, completed, introduced
from chatbot.answers.missing import missing_words
from chatbot.answers.ranking import Candidate, candidates, distinct
from chatbot.documents.model import Kind
from chatbot.language.terms import fold, words
from chatbot.questions.query import AnswerType
from chatbot.reply import Entry, Quote, Reply, ReplyKind, RunnerUp

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

    from chatbot.answers.ranking import Ranker
    from chatbot.documents.model import Span
    from chatbot.index.index import Index
    from chatbot.index.sentence import IndexedSentence
    from chatbot.questions.query import Query

REFUSAL = "The article does not say."
_MAX_MORE = 2  # quotes for "tell me more"
MAX_NEAR = 2  # passages offered with a refusal


def quote_sentence(sentence: IndexedSentence) -> Quote:
    """An indexed sentence, or an entry of a reference list, as a quote."""
    if sentence.kind is Kind.ENTRY:
        entry = sentence.document.entry_at(sentence.sentence.span)
        return (
            Quote.of_entry(Entry(sentence.document, entry))
            if entry
            else Quote(sentence.document, sentence.sentence.span, None)
        )
    return Quote.of_sentence(sentence.document, sentence.sentence)


def _found(index: Index, query: Query, ranker: Ranker) -> list[Candidate]:
    """The candidates without near-duplicates, best first; a citation is one only where sources are asked for."""
    found = candidates(index, query, ranker)
    if not query.entry_intent:
        citing = citing_sections(index)
        found = [c for c in found if (c.sentence.number, c.sentence.section) not in citing]
    return distinct(found)


def _headings(sentence: IndexedSentence) -> list[str]:
    """The folded headings that a sentence stands under, its own last; an entry of a reference list has none."""
    if sentence.kind is Kind.ENTRY:
        return []
    document = sentence.document
    return [fold(document[span]) for span in document.heading_path(sentence.section)]


def _is_less_named(query: Query, sentence: IndexedSentence, best: IndexedSentence) -> bool:
    """Whether a sentence stands under the same heading as the best one, but in a part that the question names less.

    Stop words count: they tell "Model A" from "Model B".
    """
    one, other = _headings(sentence), _headings(best)
    if not one or one[-1:] != other[-1:]:
        return False
    asked = set(words(query.text))
    return len(asked.intersection(words(" ".join(one)))) < len(asked.intersection(words(" ".join(other))))


def _likely(query: Query, found: Sequence[Candidate], ratio: float) -> list[Candidate]:
    """The best candidate and those at least `ratio` times as likely (scores are log-odds), best first."""
    best = found[0]
    likely = (candidate for candidate in found if exp(candidate.score - best.score) >= ratio)
    return [candidate for candidate in likely if not _is_less_named(query, candidate.sentence, best.sentence)]


def _shown(index: Index, query: Query, candidate: Candidate) -> Sequence[IndexedSentence]:
    """What is shown for a candidate: all that its heading introduces, or the sentence with what it needs."""
    return candidate.whole or completed(index, candidate.sentence, query.stems)


def _is_title(heading: IndexedSentence) -> bool:
    return heading.sentence.span == heading.document.title


def _is_answer(heading: Candidate, query: Query) -> bool:
    """Whether a heading states the number or the date that is asked for, like "Version 2.1 (May 2024)"."""
    asked = query.answer_type in (AnswerType.NUMBER, AnswerType.TIME)
    return asked and heading.features.answer_type_present > 0 and not _is_title(heading.sentence)


def _below(index: Index, heading: IndexedSentence, found: Sequence[Candidate]) -> IndexedSentence | None:
    """The likeliest sentence below a heading, or else the first; without any the heading, but never the title.

    Below the title stands only what comes before the next heading.
    """
    members = [s for s in body(index, heading) if not _is_title(heading) or s.section == heading.section]
    positions = {member.position for member in members if member.kind is not Kind.HEADING}
    likeliest = next((c.sentence for c in found if c.sentence.position in positions), None)
    first = next((member for member in members if member.position in positions), None)
    return likeliest or first or (None if _is_title(heading) else heading)


def _without_heading(index: Index, heading: Candidate, found: Sequence[Candidate]) -> Candidate | None:
    """A heading as a candidate for what is below it: a label is no answer."""
    if whole := introduced(index, heading.sentence):
        inside = {sentence.position: sentence for sentence in whole}
        likeliest = next((c.sentence for c in found if c.sentence.position in inside), whole[0])
        return replace(heading, sentence=likeliest, whole=tuple(whole))
    sentence = _below(index, heading.sentence, found)
    return replace(heading, sentence=sentence) if sentence else None


def _without_headings(index: Index, query: Query, found: Sequence[Candidate]) -> list[Candidate]:
    """The candidates; in the place of a heading that is no answer by itself, what is below it."""
    replaced: dict[int, Candidate] = {}
    for candidate in found:
        is_label = candidate.sentence.kind is Kind.HEADING and not _is_answer(candidate, query)
        shown = _without_heading(index, candidate, found) if is_label else candidate
        if shown is not None:
            replaced.setdefault(shown.sentence.position, shown)
    return list(replaced.values())


def _runner_up(found: Sequence[Candidate], ranker: Ranker, quotes: Collection[Quote]) -> RunnerUp | None:
    """The likeliest candidate that is not quoted."""
    for candidate in found:
        if (quote := quote_sentence(candidate.sentence)) not in quotes:
            ratio = exp(candidate.score - found[0].score)
            return RunnerUp(quote, ratio, ranker.behind(candidate.features, found[0].features))
    return None


def refuse(index: Index, query: Query, confidence: float = 0.0, evidence: tuple[tuple[str, float], ...] = ()) -> Reply:
    """A reply without an answer; it offers the nearest passages, labelled as such."""
    hits = (hit.passage for hit in index.search(query.stems, MAX_NEAR))
    near = tuple(Quote.of_passage(passage.document, passage.span, passage.members) for passage in hits)
    return Reply(
        query.text,
        query.text,
        ReplyKind.NONE,
        confidence=confidence,
        evidence=evidence,
        near=near,
        missing=missing_words(index, query),
        said=REFUSAL,
    )


def answer(index: Index, query: Query, ranker: Ranker, threshold: float) -> Reply:
    """The sentences that answer best, if the confidence in the best of them reaches the threshold.

    Without a letter or a digit nothing is asked, whatever a model makes of the signs.
    """
    asked = any(map(str.isalnum, query.with_context))
    found = _without_headings(index, query, _found(index, query, ranker)) if asked else []
    if not found:
        return refuse(index, query)
    confidence = ranker.probability(found[0].features)
    evidence = tuple(asdict(found[0].features).items())
    likely = [candidate for candidate in _likely(query, found, ranker.second) if _shown(index, query, candidate)]
    if confidence < threshold or not likely:
        return replace(refuse(index, query, confidence, evidence), runner_up=_runner_up(found, ranker, ()))
    quotes = tuple(map(quote_sentence, combined(_shown(index, query, candidate) for candidate in likely)))
    best = quotes.index(quote_sentence(likely[0].sentence))
    kind = ReplyKind.REFERENCE if likely[0].sentence.kind is Kind.ENTRY else ReplyKind.QUOTE
    runner_up = _runner_up(found, ranker, quotes)
    return Reply(query.text, query.text, kind, quotes, confidence, evidence, best=best, runner_up=runner_up)


def more(index: Index, query: Query, ranker: Ranker, shown: Collection[tuple[str, Span]]) -> tuple[Quote, ...]:
    """The best sentences that share a term with the query and are not in `shown` (hash of the document, span)."""

    def is_new(sentence: IndexedSentence) -> bool:
        return (sentence.document.sha256, sentence.sentence.span) not in shown

    found = _found(index, query, ranker)
    relevant = (c.sentence for c in found if c.features.coverage and not c.features.is_heading)
    new = [sentence for sentence in relevant if is_new(sentence)]
    groups = (completed(index, sentence, query.stems) for sentence in new[:_MAX_MORE])
    return tuple(quote_sentence(sentence) for sentence in combined(groups) if is_new(sentence))
