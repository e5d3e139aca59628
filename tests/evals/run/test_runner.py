"""A question set put to a bot."""

import os
from dataclasses import replace
from multiprocessing import active_children
from signal import SIGINT, default_int_handler, getsignal

import pytest
from eval_fakes import BAKES, RISES, RYE, SALT, Scripted, case, record, reply, span, turn, write_set

from chatbot.errors import ArticleError, ChatbotError
from chatbot.evals.cases.cases import load
from chatbot.evals.metrics.judge import Reason
from chatbot.evals.metrics.standard_measures import retrieval
from chatbot.evals.run import runner
from chatbot.evals.run.results import latency
from chatbot.evals.run.runner import FORCED, Opener, run, run_beside_controls


def test_a_failing_turn_leaves_the_others_alone():
    """It counts among the failures of its own question only."""
    asked = [turn("yeast makes gas", question="a"), turn(question="b"), turn("40 minutes", question="c")]
    bot = Scripted({"a": reply(RISES), "b": KeyError("b"), "c": reply(BAKES)})
    outcomes = run(lambda _: bot, [case(*asked)])
    assert [outcome.reason for outcome in outcomes] == [Reason.NONE, Reason.ERROR, Reason.NONE]
    assert [outcome.right for outcome in outcomes] == [True, False, True]


def test_a_bot_that_cannot_be_opened_fails_its_turns():
    """So does a search that raises."""

    def nothing(documents):
        raise ArticleError(str(documents), "is not there")

    assert [outcome.error for outcome in run(nothing, [case(turn(), turn())])] == ["ArticleError: (): is not there"] * 2


def test_each_turn_is_asked_with_its_history():
    """The bot is given the questions before it."""
    bot = Scripted({"b": reply()}, asked=[])
    run(lambda _: bot, [case(turn(question="b", history=("a",)))])
    assert bot.asked == [("b", ("a",))]


def test_a_wrong_turn_that_was_not_retrieved_is_told_apart():
    """By a search for the understood question."""
    bot = Scripted({"q": reply(SALT)}, found=(SALT, BAKES))
    (outcome,) = run(lambda _: bot, [case(turn("yeast makes gas"))])
    assert outcome.reason is Reason.NOT_RETRIEVED


def test_documents_are_opened_once(tmp_path):
    """Two cases about one document share its index."""
    path = write_set(tmp_path)
    bot_for = Opener()
    article = (path.parent / "bread.md",)
    assert bot_for(article) is bot_for(article)


def test_a_forced_bot_answers_whatever_its_confidence(tmp_path):
    """To be read beside plain retrieval."""
    article = (write_set(tmp_path).parent / "bread.md",)
    question = "Who taught the king of France to bake rye?"
    assert not Opener()(article).ask(question).answered
    assert Opener(FORCED)(article).ask(question).answered


def test_the_ranking_is_kept_with_what_is_relevant():
    """Of an answerable turn; passages are named by their document and their place."""
    bot = Scripted({"q": reply(RISES), "n": reply()}, found=(SALT, RISES, BAKES))
    asked, unanswerable = run(lambda _: bot, [case(turn("yeast makes gas", "40 minutes"), turn(question="n"))])
    names = [f"bread.md:{span(text).start}-{span(text).end}" for text in (SALT, RISES, BAKES)]
    assert asked.hits == tuple(names)
    assert asked.relevant == tuple(names[1:])
    assert (unanswerable.hits, unanswerable.relevant) == ((), ())


def test_a_passage_that_a_span_reaches_into_is_relevant():
    """Gold that is given by its place."""
    bot = Scripted({"q": reply(RISES)}, found=(SALT, RYE))
    inside = turn(answerable=True, accept_spans=(span("keeps for"),))
    (outcome,) = run(lambda _: bot, [case(inside)])
    assert [name.split(":")[1] for name in outcome.relevant] == ["{}-{}".format(*span(RYE))]


def test_the_name_of_a_passage_has_no_white_space(tmp_path):
    """TREC's files have it between their columns."""
    path = write_set(tmp_path, record() | {"document": "my bread.md"})
    (tmp_path / "bread.md").rename(tmp_path / "my bread.md")
    (outcome,) = run(Opener(), load(path))
    assert outcome.hits[0].startswith("my%20bread.md:")


def test_processes_give_what_one_process_gives(tmp_path):
    """In the order of the cases; seconds aside."""
    records = [record(f"a-{i}", question) for i, question in enumerate(["Why does bread rise?", "Salt?", "Rye?"] * 3)]
    cases = load(write_set(tmp_path, *records))
    alone, together = (run_beside_controls(Opener(), cases, jobs) for jobs in (1, 2))
    assert len(together) == 9
    for one, other in zip(alone, together, strict=True):
        assert timeless(one.program) == timeless(other.program)
        assert timeless(one.forced) == timeless(other.forced)
        assert {name: timeless(o) for name, o in one.controls.items()} == {
            name: timeless(o) for name, o in other.controls.items()
        }


def timeless(outcome):
    """An outcome without its time."""
    return replace(outcome, seconds=0.0)


@pytest.fixture
def scripted(monkeypatch):
    """Makes a bot with these replies the one that is opened; forced, it answers."""

    def use(replies, forced=None):
        bots = {None: Scripted(replies), 0.0: Scripted(forced or replies)}
        monkeypatch.setattr(runner, "_opened", lambda settings, _: bots[settings.threshold])
        return bots

    return use


def test_what_was_refused_is_asked_again_without_a_threshold(scripted):
    """What was answered is not: it would be answered alike."""
    bots = scripted({"a": reply(RISES), "b": reply()}, {"b": reply(SALT)})
    bots[0.0].asked = []
    answered = run_beside_controls(Opener(), [case(turn("yeast", question="a"), turn(question="b"))])
    assert [turn.forced.quotes for turn in answered] == [(RISES,), (SALT,)]
    assert [question for question, _ in bots[0.0].asked] == ["b"]
    assert [turn.program.quotes for turn in answered] == [(RISES,), ()]


def test_the_controls_are_asked_the_same(scripted):
    """Where the program fails there is nothing to shuffle."""
    scripted({"q": reply(RISES), "x": ValueError("no")})
    first, second = run_beside_controls(Opener(), [case(turn("yeast"), turn(question="x"))])
    assert {name: outcome.quotes for name, outcome in first.controls.items()} == {
        "abstain": (),
        "rank-bm25": ("Bread",),
        "shuffled": (BAKES,),
    }
    assert second.controls["shuffled"].reason is Reason.ERROR


def test_a_crash_raises_no_mean(scripted):
    """A turn that failed is held to have had something to find, and not to have found it; nor is it quick."""
    scripted({"q": reply(RISES), "x": ValueError("no")})
    cases = [case(turn("yeast"), turn("yeast", question="x", number=2), turn(question="x", number=3))]
    outcomes = [turn.program for turn in run_beside_controls(Opener(), cases)]
    assert [bool(outcome.relevant) for outcome in outcomes] == [True, True, False]
    assert latency(outcomes).p50 == outcomes[0].seconds
    if (found := retrieval("R@5", outcomes[:2])) is not None:
        assert (found.value, found.of) == (0.5, 2)


def _interrupted(done):
    next(iter(done))
    raise KeyboardInterrupt


def test_who_interrupts_a_run_leaves_no_process(tmp_path):
    """Nor waits for cases that nobody wants any more."""
    path = write_set(tmp_path, *(record(f"a-{i}") for i in range(40)))
    with pytest.raises(KeyboardInterrupt):
        run_beside_controls(Opener(), load(path), 2, _interrupted)
    assert not active_children()
    assert getsignal(SIGINT) is default_int_handler


def _die(*_):
    os._exit(1)


def test_a_process_that_is_killed_is_an_error_and_no_hang(monkeypatch):
    """Its cases are lost, so there is no report."""
    monkeypatch.setattr(runner, "_all_answered", _die)
    with pytest.raises(ChatbotError, match="run with a lower -j"):
        run_beside_controls(Opener(), [case(turn())], 2)
