"""Turns that lean on what came before, and turns that do not."""

import re
from functools import cache

import pytest
from support.articles import HONEY, bot, numbers, quoted, talk

from chatbot.answers.routes import NO_MORE, NO_SOURCE
from chatbot.conversation import Conversation
from chatbot.questions.intents import COURTESIES, Intent, probabilities
from chatbot.questions.understanding import Understood, accepted, intent_of, possible, resolve
from chatbot.reply import Reply, ReplyKind
from chatbot.settings import Settings

UNLEARNED = pytest.mark.xfail(reason="the intent model takes it for something else", strict=True)

NECTAR = "Honey is made from nectar [3, 4]."
Q1, Q2 = "How many bees does a hive hold in summer?", "What is honey made from?"


@cache
def bees():
    """A bot that has read about bees."""
    return bot(HONEY)


def after(*questions, **fields):
    """A conversation in which some questions were asked and answered with a bare reply."""
    conversation = Conversation()
    for question in questions:
        conversation = conversation.then(question, Reply(question, question, ReplyKind.QUOTE, topic=question, **fields))
    return conversation


def read(question, conversation):
    """What a turn asks in a conversation about a document with references."""
    likely = probabilities(question, has_earlier=bool(conversation.turns))
    return resolve(question, possible(likely, conversation, Settings(), has_references=True), conversation)


@pytest.mark.parametrize(
    ("question", "intent"),
    [
        ("tell me more", Intent.MORE),
        ("Tell me more about that please", Intent.MORE),
        ("Tell me more about that, please", Intent.MORE),
        ("more", Intent.MORE),
        ("go on", Intent.MORE),
        ("What else?", Intent.MORE),
        ("anything else?", Intent.MORE),
        ("ok, continue", Intent.MORE),
        ("Who says so?", Intent.SOURCE),
        ("says who?", Intent.SOURCE),
        ("Where is that from?", Intent.SOURCE),
        ("source?", Intent.SOURCE),
        ("What is the source for that?", Intent.SOURCE),
        ("which study is that?", Intent.SOURCE),
        pytest.param("who wrote it?", Intent.SOURCE, marks=UNLEARNED),
        pytest.param("according to whom?", Intent.SOURCE, marks=UNLEARNED),
        ("in which journal was it published?", Intent.SOURCE),
        ("When was that published?", Intent.SOURCE),
        pytest.param("what year was it?", Intent.SOURCE, marks=UNLEARNED),
        ("how old is that study?", Intent.SOURCE),
        ("and wax?", Intent.LEAN),
        ("why?", Intent.LEAN),
        pytest.param("Tell me more about wax moths", Intent.ASK, marks=UNLEARNED),
        ("What is honey?", Intent.ASK),
        pytest.param("Who wrote Hamlet?", Intent.ASK, marks=UNLEARNED),
        ("When do bees fly?", Intent.ASK),
    ],
)
def test_intents(question, intent):
    """What a turn does in a conversation."""
    assert read(question, after("honey")).intent is intent


@pytest.mark.parametrize(
    "question",
    [
        "and wax?",
        "What about wax?",
        "how about the wax",
        "or drones?",
        "why?",
        "When?",
        "Is it sweet?",
        "Do they sting?",
        "Why is that?",
        "how?",
    ],
)
def test_what_leans_takes_the_topic_along(question):
    """A turn short of a topic is asked with the one talked about."""
    assert read(question, after("What is honey?")).context == "What is honey?"


@pytest.mark.parametrize(
    "question",
    [
        "What is honey made from?",
        "Is it true that drones sting?",
        "Is there any wax in a hive?",
        "How long does it take bees to make wax?",
        "If bees sting, do they die?",
        "And what is honey made from?",
        "Why do bees sting?",
        "honey",
    ],
)
def test_what_stands_alone_is_not_touched(question):
    """A question that needs no context gets none, whatever came before."""
    understood = read(question, after("How big is the moon?", "And the sun?"))
    assert (understood.text, understood.context) == (question, "")


@pytest.mark.parametrize(
    "question",
    [
        "What is honey made from?",
        "How many eggs does the queen lay?",
        "Do drones have a sting?",
        "What does the article say about mites?",
        "Does this article mention wax?",
    ],
)
def test_understood_as_asked(question):
    """`understood` is the question itself where it stands alone, and the answer is the same as without a history."""
    replies = talk(bees(), "Does oxalic acid kill mites?", "tell me more", question)
    assert replies[-1].understood == question
    assert replies[-1].to_dict() == bees().ask(question).to_dict()


@pytest.mark.parametrize(
    "question",
    [
        "tell me more",
        "who says so?",
        "why?",
        "and wax?",
        "the second one",
        "yes",
        "when was that published?",
        "back to what you said first",
    ],
)
def test_a_first_turn_leans_on_nothing(question):
    """Without an earlier turn there is nothing to lean on, and nothing raises."""
    understood = read(question, Conversation())
    assert (understood.text, understood.context) == (question, "")
    assert bees().ask(question).question == question


@pytest.mark.parametrize(
    "shift",
    [
        "Totally different thing: ",
        pytest.param("a completely new topic - ", marks=UNLEARNED),
        "ok. Entirely unrelated question: ",
    ],
)
def test_a_change_of_topic_is_no_part_of_the_question(shift):
    """What announces another topic is taken away, however strongly it is put, and nothing is lent to the question."""
    plain = bees().ask("What is honey made from?")
    assert talk(bees(), Q1, f"{shift}what is honey made from?")[-1].quotes == plain.quotes


@pytest.mark.parametrize(
    "question", ["ok. And drones?", pytest.param("Interesting. And drones?", marks=UNLEARNED), "I see. And drones?"]
)
def test_an_empty_aside_does_not_cut_the_conversation_off(question):
    """A word like "ok." before a turn is no context of its own."""
    assert "(Do bees have a sting?)" in talk(bees(), "Do bees have a sting?", question)[-1].understood


def test_a_part_of_the_overview():
    """After an overview a part that is named is asked about alone."""
    reply = talk(bees(), "Give me the gist", "And the part about the varroa mite?")[-1]
    assert reply.understood == "And the part about the varroa mite?"
    assert reply.answered


def test_and_x():
    """The turn "And X?" is answered about X or not at all, and shows how it was understood."""
    first, drones, zebras = talk(bees(), "Do bees have a sting?", "and drones?", "and zebras?")
    assert drones.understood == "and drones? (Do bees have a sting?)"
    assert "Drones do not have a sting." in quoted(drones)
    assert not zebras.answered
    assert first.understood == "Do bees have a sting?"


@pytest.mark.parametrize("question", ["show me all references", "List the references", "How many sources are there?"])
def test_the_list_as_a_whole_is_no_source_of_the_last_answer(question):
    """Who asks for all of them means the list, whatever was talked about."""
    assert len(talk(bees(), "What is honey made from?", question)[-1].quotes) == 5


def test_who_says_so():
    """The entries that the last answer printed; thanks in between change nothing."""
    for turns in ((Q2, "who says so?"), (Q1, Q2, "thanks", "who says so?")):
        reply = talk(bees(), *turns)[-1]
        assert reply.kind is ReplyKind.REFERENCE
        assert numbers(reply) == [3, 4]
        assert reply.understood == f"who says so? ({Q2})"


def test_who_says_what_has_no_reference():
    """An answer that prints no number has no source; it is shown as near."""
    answer, source = talk(bees(), "Do drones have a sting?", "who says so?")
    assert answer.answered
    assert (source.kind, source.entries, source.said) == (ReplyKind.NONE, (), NO_SOURCE)
    assert set(source.near) == set(answer.quotes)


def test_who_says_what_was_refused():
    """After a refusal there is no claim whose source could be shown."""
    reply = talk(bees(), Q1, "What is the capital of Peru?", "who says so?")[-1]
    assert reply.entries == ()


@pytest.mark.parametrize("between", ["And rice?", pytest.param("Is it sweet in Peru?", marks=UNLEARNED)])
def test_who_says_what_was_said_before_a_refused_follow_up(between):
    """A follow-up that is refused says nothing, so that the answer before it is meant."""
    replies = talk(bees(), Q1, between, "who says so?")
    assert not replies[1].answered
    assert numbers(replies[-1]) == numbers(replies[0])


def test_when_was_that_published():
    """Those of the last entries that print a year; none where none does."""
    assert numbers(talk(bees(), Q2, "when was that published?")[-1]) == [3, 4]
    undated = talk(bees(), "What does the varroa mite feed on?", "when was that published?")[-1]
    assert not undated.answered
    assert [quote.numbers for quote in undated.near] == [(5,)]


def test_source_then_date():
    """The turn "When was that?" after "who says so?" is about the entry just shown."""
    assert numbers(talk(bees(), Q1, "who says so?", "when was that published?")[-1]) == [1]


@pytest.mark.parametrize("question", ["bees", Q1, Q2, "varroa mite", "Show all references", "What is this about?"])
def test_more_until_there_is_no_more(question):
    """The turn "Tell me more" never repeats what was shown, comes to an end, and says so."""
    replies = talk(bees(), question, *["tell me more"] * 30)
    shown = [quote for reply in replies for quote in reply.quotes]
    assert len(shown) == len(set(shown))
    ends = [reply.said == NO_MORE for reply in replies[1:]]
    assert ends == sorted(ends)
    assert ends[-1]
    assert all(bool(reply.quotes) != (reply.said == NO_MORE) for reply in replies[1:])


def test_more_is_more_of_it():
    """What comes then has something to do with what was talked about."""
    first, more = talk(bees(), Q1, "tell me more")
    assert more.answered
    assert not set(first.quotes) & set(more.quotes)
    assert all(re.search("bee|hive|hold|summer", " ".join(quoted(more))) for quote in more.quotes)


def test_more_comes_with_what_it_points_to():
    """A sentence that opens by pointing back has the one before it above it, or shown earlier."""
    wax = "Wax is soft. Wax melts. Bees make wax."
    text = f"# T\n\n{wax}\n\nMoths fly. They eat wax.\n\nAnts run. They steal wax at night.\n"
    replies = talk(bot(text, threshold=0.0), "Is wax soft?", *["tell me more"] * 9)
    shown = [quote for reply in replies for quote in quoted(reply)]
    for pointing, before in (("They eat wax.", "Moths fly."), ("They steal wax at night.", "Ants run.")):
        assert pointing in shown
        assert before in shown[: shown.index(pointing)]


@pytest.mark.parametrize(
    ("question", "text"),
    [
        ("different question: what is wax?", "what is wax?"),
        ("New topic - what is wax?", "what is wax?"),
        ("ok, something else: is it sweet?", "is it sweet?"),
        ("by the way, what is wax?", "what is wax?"),
    ],
)
def test_a_topic_shift(question, text):
    """A new topic is asked without the old one."""
    understood = read(question, after("honey"))
    assert understood.text.endswith(text)
    assert understood.context == ""


@pytest.mark.parametrize(
    ("question", "text", "context"),
    [
        ("back to what you said first", "What is honey?", ""),
        ("let's go back to the first question", "What is honey?", ""),
        ("back to the honey", "What is honey?", ""),
        pytest.param("Back to the honey: is it sweet?", "is it sweet?", "What is honey?", marks=UNLEARNED),
    ],
)
def test_a_return(question, text, context):
    """A return is to what was asked first, or to a topic that is named."""
    understood = read(question, after("What is honey?", "What is wax?"))
    assert (understood.text, understood.context) == (text, context)


def test_a_return_gives_the_first_answer():
    """Back at the first question its answer is given again."""
    replies = talk(bees(), Q2, Q1, "back to what you said first")
    assert replies[-1].quotes == replies[0].quotes


def test_a_return_to_what_came_after_a_greeting():
    """A greeting is not what was said first."""
    replies = talk(bees(), "hi", Q2, Q1, "back to what you said first")
    assert replies[-1].quotes == replies[1].quotes


@pytest.mark.parametrize(
    ("turn", "asked"),
    [
        ("yes", "A?"),
        ("sure", "A?"),
        ("Yes please!", "A?"),
        ("the first one", "A?"),
        ("the second one", "B?"),
        ("second", "B?"),
        ("2", "B?"),
        ("number 2", "B?"),
        ("the third question", "C?"),
        ("the last one", "C?"),
    ],
)
def test_a_suggestion_taken_up(turn, asked):
    """An offer is taken up by yes, or by its place."""
    conversation = after("honey", suggestions=("A?", "B?", "C?"))
    assert read(turn, conversation).text == asked


@pytest.mark.parametrize("turn", ["the third one", "number 3", "the second study of bees", "no", "what is honey?"])
def test_no_suggestion_taken_up(turn):
    """What names no offer takes none up."""
    assert read(turn, after("honey", suggestions=("A?", "B?"))).text == turn


@pytest.mark.parametrize(
    ("turn", "suggestion"),
    [
        ("the one about wax", "What is wax?"),
        ("yes", "When do bees fly?"),
        ("the first one", "When do bees fly?"),
        ("the last one", "What did the first hive look like?"),
    ],
)
def test_which_suggestion(turn, suggestion):
    """By its place, even if another one has the same word; by a word they share; else the first."""
    assert accepted(turn, ("When do bees fly?", "What is wax?", "What did the first hive look like?")) == suggestion


def test_yes_is_a_question_only_after_an_offer():
    """Yes after an offer asks what was offered; else it is a courtesy or nothing."""
    offered = Conversation().then("x", Reply("x", "x", ReplyKind.NONE, suggestions=(Q2, Q1)))
    assert NECTAR in quoted(bees().reply("yes", offered))
    assert bees().reply("the second one", offered).quotes == bees().ask(Q1).quotes
    assert bees().reply("ok", after("x")).kind is ReplyKind.SMALLTALK


def test_switched_off():
    """Without the switch every turn stands alone."""
    off = bot(HONEY, followups=False)
    for turn in ("and drones?", "who says so?", "why?", "tell me more"):
        assert talk(off, Q2, turn)[-1].to_dict() == off.ask(turn).to_dict()
        assert talk(off, Q2, turn)[-1].understood == turn


ALL = dict.fromkeys(Intent, 1 / len(Intent))
OFFERED = after("honey", suggestions=("A?",))
AFTER_ANSWER = {Intent.LEAN, Intent.MORE, Intent.REPEAT, Intent.SOURCE, Intent.BACK, Intent.SHIFT}


@pytest.mark.parametrize(
    ("conversation", "settings", "has_references", "impossible"),
    [
        (OFFERED, Settings(), True, set()),
        (after("honey"), Settings(), True, {Intent.ACCEPT}),
        (Conversation(), Settings(), True, {*AFTER_ANSWER, Intent.ACCEPT}),
        (OFFERED, Settings(), False, {Intent.ENTRY, Intent.LIST}),
        (OFFERED, Settings(smalltalk=False), True, set(COURTESIES)),
        (OFFERED, Settings(overview=False), True, {Intent.OVERVIEW}),
        (OFFERED, Settings(sources=False), True, {Intent.SOURCE, Intent.ENTRY, Intent.LIST}),
        (OFFERED, Settings(followups=False), True, {*AFTER_ANSWER, Intent.ACCEPT}),
    ],
)
def test_possible_intents(conversation, settings, has_references, impossible):
    """An intent that makes no sense, or is switched off, has no probability; the others share 1 as before."""
    left = possible(ALL, conversation, settings, has_references=has_references)
    assert set(Intent) - set(left) == impossible
    assert sum(left.values()) == pytest.approx(1)
    assert len(set(left.values())) == 1


@pytest.mark.parametrize(
    ("likely", "found"),
    [
        ({Intent.ASK: 1.0}, (Intent.ASK, True)),
        ({Intent.ASK: 0.3, Intent.LEAN: 0.25, Intent.MORE: 0.45}, (Intent.ASK, True)),
        ({Intent.ASK: 0.3, Intent.MORE: 0.7}, (Intent.MORE, False)),
        ({Intent.ASK: 0.05, Intent.MORE: 0.95}, (Intent.MORE, True)),
        ({Intent.ASK: 0.2, Intent.MORE: 0.4, Intent.SOURCE: 0.4}, (Intent.ASK, True)),
        ({Intent.ASK: 0.1, Intent.THANKS: 0.5, Intent.BYE: 0.4}, (Intent.THANKS, True)),
    ],
)
def test_the_likeliest_intent(likely, found):
    """Questions on the content count together, and courtesies; an intent that is not sure is not certain."""
    intent, probability = intent_of(dict.fromkeys(Intent, 0.0) | likely)
    assert (intent, Understood("", intent, probability=probability).certain) == found


@pytest.mark.parametrize(("question", "kind"), [(Q2, ReplyKind.QUOTE), ("so?", ReplyKind.SMALLTALK)])
def test_an_uncertain_intent(monkeypatch, question, kind):
    """What may be a courtesy is answered as a question if it can be."""
    likely = dict.fromkeys(Intent, 0.0) | {Intent.FEEDBACK: 0.7, Intent.ASK: 0.3}
    monkeypatch.setattr("chatbot.questions.understanding.probabilities", lambda *_, **__: likely)
    assert bot(HONEY).ask(question).kind is kind


def test_what_the_entry_is_quoted_for():
    """After an entry "it" is that entry."""
    asked = talk(bees(), "reference 2", "What is it quoted for here?")[-1]
    assert asked.quotes == bees().ask("what is [2] cited for?").quotes != ()


@pytest.mark.parametrize(
    "question",
    ["Does this article mention wages?", "What does the text say about zebras?", "does this page cover taxes"],
)
def test_a_thing_that_the_article_does_not_mention(question):
    """The question is about the thing, not about the article as a whole."""
    assert bees().ask(question).kind is ReplyKind.NONE
