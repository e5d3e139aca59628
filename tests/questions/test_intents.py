"""What a message wants, and the replies to small talk."""

import re

import pytest
from support.articles import FAQ, HONEY, bot, quoted, talk

from chatbot.questions.intents import CONTENT, COURTESIES, Intent, intent_model, probabilities
from chatbot.questions.understanding import intent_of
from chatbot.reply import ReplyKind

UNLEARNED = pytest.mark.xfail(reason="the intent model takes it for something else", strict=True)
UNANSWERED = pytest.mark.xfail(reason="the insult is searched for together with the question", strict=True)


@pytest.mark.parametrize(
    "message",
    [
        "hi",
        "Hello!",
        "hey there",
        "HELLO",
        "good morning",
        "Hi bot, how are you?",
        "thanks",
        "Thank you so much!",
        "thx",
        "ok thanks",
        "great, thanks a lot",
        "bye",
        "see you later",
        "who are you?",
        "What are you?",
        "Are you a doctor?",
        "are you an AI?",
        "help",
        "what can you do?",
        "how does this work?",
        "ok",
        "I see",
        "no",
    ],
)
def test_small_talk(message):
    """A message that is nothing but courtesy gets a line, quotes nothing, and is marked as not from the article."""
    reply = bot(HONEY).ask(message)
    assert reply.said
    assert (reply.kind, reply.quotes, reply.near) == (ReplyKind.SMALLTALK, (), ())
    assert reply.to_dict()["answered"] is False


@pytest.mark.parametrize(
    "message",
    [
        "",
        "?",
        "What is honey?",
        "hi what is honey",
        "help me find honey",
        "Who are the drones?",
        "is the queen a doctor",
        "great tits",
        pytest.param("thanks for nothing", marks=UNLEARNED),
        "no honey",
        "hive",
        "high",
        "can bees help?",
        pytest.param("good evening bees", marks=UNLEARNED),
        "Hi-tech hives: what are they?",
        "yo-yo effect?",
        "Right-handed bees",
        "Well water: is it safe?",
        "Hive beetles",
        "Are stupid bees common?",
    ],
)
def test_no_small_talk(message):
    """A word of courtesy in a question makes it none."""
    assert bot(HONEY).ask(message).kind is not ReplyKind.SMALLTALK


def test_a_greeting_before_a_question_changes_nothing():
    """The question behind a greeting is answered as without it."""
    someone = bot(HONEY)
    greeted, plain = someone.ask("Hello, what is honey made from?"), someone.ask("what is honey made from?")
    assert greeted.quotes == plain.quotes != ()


@pytest.mark.parametrize(
    "before",
    [
        "Hey hey ",
        "Great, thanks. ",
        "Ok. ",
        "You dumb machine! ",
        pytest.param("stupid bot, ", marks=UNANSWERED),
        pytest.param("you are USELESS. ", marks=UNANSWERED),
    ],
)
def test_words_before_a_question_change_nothing(before):
    """Praise, thanks or an insult before a question leaves its answer as it is."""
    someone = bot(HONEY)
    assert someone.ask(f"{before}how big is a hive?").quotes == someone.ask("how big is a hive?").quotes != ()


def test_courtesies_in_between_change_nothing():
    """Thanks and greetings in a dialogue leave what is talked about as it was."""
    someone = bot(HONEY)
    plain = talk(someone, "What is honey made from?", "who says so?", "and drones?")
    polite = talk(someone, "hi", "What is honey made from?", "thanks!", "who says so?", "great", "ok", "and drones?")
    assert [reply.to_dict() for reply in polite if reply.kind is not ReplyKind.SMALLTALK] == [
        reply.to_dict() for reply in plain
    ]


def test_switched_off():
    """Without the switch a greeting is a question like any other."""
    assert bot(HONEY, smalltalk=False).ask("thanks").kind is ReplyKind.NONE
    assert bot(HONEY, smalltalk=False).ask("Hi, what is honey?").understood == "Hi, what is honey?"


def test_a_faq_answers_its_reader():
    """Where the article says "you", the asker's own question is answered."""
    assert "You should keep the receipt until the refund arrives." in quoted(bot(FAQ).ask("Should I keep the receipt?"))
    assert "You can return a parcel within 30 days." in quoted(bot(FAQ).ask("Can I return my parcel within 30 days?"))


@pytest.mark.parametrize(
    "message", ["thanks a lot, bye", "Hello! Who are you?", "thank you and goodbye", "hi. how are you?"]
)
def test_several_courtesies(message):
    """What is made of courtesies alone is one, and the last of them is answered."""
    last = re.split(r"[.,!?]+\s+|\s+and\s+", message)[-1]
    assert bot(HONEY).ask(message).kind is bot(HONEY).ask(last).kind is ReplyKind.SMALLTALK


def test_a_courtesy_and_a_question():
    """One part that asks something makes it no courtesy."""
    assert bot(HONEY).ask("thanks, how big is a hive?").kind is not ReplyKind.SMALLTALK


@pytest.mark.parametrize("mode", ["plain", "semantic"])
def test_probabilities(mode):
    """One for each intent, the same every time; together they are 1."""
    model = intent_model(mode)
    vector = None if mode == "plain" else model.vector[:, 0] * 0
    likely = model.probabilities("what is this about?", has_earlier=False, vector=vector)
    assert list(likely) == list(Intent)
    assert sum(likely.values()) == pytest.approx(1, abs=1e-4)
    assert likely == model.probabilities("what is this about?", has_earlier=False, vector=vector)


@pytest.mark.parametrize("message", ["", "?", "\0", "ﷺ" * 10_000, "a" * 100_000])
def test_any_text_has_an_intent(message):
    """Whatever its length."""
    assert intent_of(probabilities(message, has_earlier=True))[0] in Intent


@pytest.mark.parametrize(
    "message",
    [
        "Where does vitamin D come from?",
        "when do I harvest the honey?",
        "How many eggs does the queen lay?",
        "my neighbour says her bees died last winter, does that happen often?",
        "which year was the first hive built",
    ],
)
def test_an_ordinary_question_is_one(message):
    """Even if it has a word that other intents have."""
    likely = probabilities(message, has_earlier=False)
    assert intent_of(likely)[0] in CONTENT | {Intent.ENTRY}
    assert not set(COURTESIES) & {intent for intent, p in likely.items() if p > 0.5}
