"""Running the cases of a question set."""

import os
from dataclasses import replace
from functools import partial
from multiprocessing import active_children
from signal import SIGINT, default_int_handler, getsignal

import pytest
from support.eval_fakes import BAKES, RISES, RYE, SALT, Scripted, case, record, reply, span, turn, write_set

from chatbot.bot import DEFAULT
from chatbot.errors import ArticleError, ChatbotError
from chatbot.evals.cases.cases import load
from chatbot.evals.metrics.judge import Reason
from chatbot.evals.metrics.standard_measures import retrieval
from chatbot.evals.run import runner
from chatbot.evals.run.results import latency
from chatbot.evals.run.runner import open_bot, run, run_with_baselines
from chatbot.settings import Settings


def test_a_failing_turn_leaves_the_others_alone():
    """A turn that raises counts as wrong, and the others as they are."""
    asked = [turn("yeast makes gas", question="a"), turn(question="b"), turn("40 minutes", question="c")]
    bot = Scripted({"a": reply(RISES), "b": KeyError("b"), "c": reply(BAKES)})
    outcomes = run(lambda _: bot, [case(*asked)])
    assert [outcome.reason for outcome in outcomes] == [Reason.NONE, Reason.ERROR, Reason.NONE]
    assert [outcome.right for outcome in outcomes] == [True, False, True]


def test_a_bot_that_cannot_be_opened_fails_its_turns():
    """A document that cannot be read makes every turn about it an error."""

    def nothing(documents):
        raise ArticleError(str(documents), "is not there")

    assert [outcome.error for outcome in run(nothing, [case(turn(), turn())])] == ["ArticleError: (): is not there"] * 2


def test_each_turn_is_asked_with_its_history():
    """The bot gets the earlier questions with each question."""
    bot = Scripted({"b": reply()}, asked=[])
    run(lambda _: bot, [case(turn(question="b", history=("a",)))])
    assert bot.asked == [("b", ("a",))]


def test_a_wrong_turn_without_gold_in_the_search_was_not_retrieved():
    """The reason of a wrong turn comes from a search for the understood question."""
    bot = Scripted({"q": reply(SALT)}, found=(SALT, BAKES))
    (outcome,) = run(lambda _: bot, [case(turn("yeast makes gas"))])
    assert outcome.reason is Reason.NOT_RETRIEVED


def test_documents_are_opened_once(tmp_path):
    """Cases about one document share its index until the cache is cleared."""
    article = (write_set(tmp_path).parent / "bread.md",)
    bot = open_bot(DEFAULT, article)
    assert open_bot(DEFAULT, article) is bot
    open_bot.cache_clear()
    assert open_bot(DEFAULT, article) is not bot


def test_a_bot_without_a_threshold_always_answers(tmp_path):
    """Its answers can be compared with plain retrieval."""
    article = (write_set(tmp_path).parent / "bread.md",)
    question = "Who taught the king of France to bake rye?"
    assert not open_bot(DEFAULT, article).ask(question).answered
    assert open_bot(Settings(threshold=0.0), article).ask(question).answered


def test_the_ranking_is_kept_with_what_is_relevant():
    """An answerable turn has its hits and relevant passages, named by document and place."""
    bot = Scripted({"q": reply(RISES), "n": reply()}, found=(SALT, RISES, BAKES))
    asked, unanswerable = run(lambda _: bot, [case(turn("yeast makes gas", "40 minutes"), turn(question="n"))])
    names = [f"bread.md:{span(text).start}-{span(text).end}" for text in (SALT, RISES, BAKES)]
    assert asked.hits == tuple(names)
    assert asked.relevant == tuple(names[1:])
    assert (unanswerable.hits, unanswerable.relevant) == ((), ())


def test_a_passage_that_overlaps_a_span_of_gold_is_relevant():
    """Gold may be given by its place."""
    bot = Scripted({"q": reply(RISES)}, found=(SALT, RYE))
    inside = turn(answerable=True, accept_spans=(span("keeps for"),))
    (outcome,) = run(lambda _: bot, [case(inside)])
    assert [name.split(":")[1] for name in outcome.relevant] == ["{}-{}".format(*span(RYE))]


def test_the_name_of_a_passage_has_no_white_space(tmp_path):
    """TREC files separate their columns by white space."""
    path = write_set(tmp_path, record() | {"document": "my bread.md"})
    (tmp_path / "bread.md").rename(tmp_path / "my bread.md")
    (outcome,) = run(partial(open_bot, DEFAULT), load(path))
    assert outcome.hits[0].startswith("my%20bread.md:")


def test_processes_give_what_one_process_gives(tmp_path):
    """Several processes give the same results in the same order, except for the times."""
    records = [record(f"a-{i}", question) for i, question in enumerate(["Why does bread rise?", "Salt?", "Rye?"] * 3)]
    cases = load(write_set(tmp_path, *records))
    alone, together = (run_with_baselines(DEFAULT, cases, jobs) for jobs in (1, 2))
    assert len(together) == 9
    for one, other in zip(alone, together, strict=True):
        assert timeless(one.program) == timeless(other.program)
        assert timeless(one.forced) == timeless(other.forced)
        assert {name: timeless(o) for name, o in one.baselines.items()} == {
            name: timeless(o) for name, o in other.baselines.items()
        }


def timeless(outcome):
    """An outcome without its time."""
    return replace(outcome, seconds=0.0)


@pytest.fixture
def scripted(monkeypatch):
    """Replaces the opened bots by scripted ones, with and without a threshold."""

    def use(replies, forced=None):
        bots = {None: Scripted(replies), 0.0: Scripted(forced or replies)}
        monkeypatch.setattr(runner, "open_bot", lambda settings, _: bots[settings.threshold])
        return bots

    return use


def test_what_was_refused_is_asked_again_without_a_threshold(scripted):
    """Only refused turns are asked again: the answers to others would be the same."""
    bots = scripted({"a": reply(RISES), "b": reply()}, {"b": reply(SALT)})
    bots[0.0].asked = []
    results = run_with_baselines(DEFAULT, [case(turn("yeast", question="a"), turn(question="b"))])
    assert [turn.forced.quotes for turn in results] == [(RISES,), (SALT,)]
    assert [question for question, _ in bots[0.0].asked] == ["b"]
    assert [turn.program.quotes for turn in results] == [(RISES,), ()]


def test_the_baselines_are_asked_the_same(scripted):
    """Every baseline answers each turn; if the program raises, there is nothing to shuffle."""
    scripted({"q": reply(RISES), "x": ValueError("no")})
    first, second = run_with_baselines(DEFAULT, [case(turn("yeast"), turn(question="x"))])
    assert {name: outcome.quotes for name, outcome in first.baselines.items()} == {
        "abstain": (),
        "rank-bm25": ("Bread",),
        "shuffled": (BAKES,),
    }
    assert second.baselines["shuffled"].reason is Reason.ERROR


def test_a_crash_improves_no_figure(scripted):
    """A turn that raised counts as a relevant passage not found, and not in the latency."""
    scripted({"q": reply(RISES), "x": ValueError("no")})
    cases = [case(turn("yeast"), turn("yeast", question="x", number=2), turn(question="x", number=3))]
    outcomes = [turn.program for turn in run_with_baselines(DEFAULT, cases)]
    assert [bool(outcome.relevant) for outcome in outcomes] == [True, True, False]
    measured = latency(outcomes)
    assert measured
    assert measured.p50 == outcomes[0].seconds
    if (found := retrieval("R@5", outcomes[:2])) is not None:
        assert (found.value, found.of) == (0.5, 2)


def _interrupted(done):
    next(iter(done))
    raise KeyboardInterrupt


def test_an_interrupted_run_leaves_no_process(tmp_path):
    """Ctrl-C ends the worker processes at once, and the signal handler is restored."""
    path = write_set(tmp_path, *(record(f"a-{i}") for i in range(40)))
    with pytest.raises(KeyboardInterrupt):
        run_with_baselines(DEFAULT, load(path), 2, _interrupted)
    assert not active_children()
    assert getsignal(SIGINT) is default_int_handler


def _die(*_):
    os._exit(1)


def test_a_process_that_is_killed_is_an_error_and_no_hang(monkeypatch):
    """A killed worker process ends the run with an error."""
    monkeypatch.setattr(runner, "_run_case", _die)
    with pytest.raises(ChatbotError, match="run with a lower -j"):
        run_with_baselines(DEFAULT, [case(turn())], 2)
