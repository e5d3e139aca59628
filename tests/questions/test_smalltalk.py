"""Courtesies: what is one, what is none, and what opens a question."""

import re

import pytest
from support.articles import FAQ, HONEY, bot, quoted, talk

from chatbot.questions.smalltalk import courtesy, without_greeting
from chatbot.reply import ReplyKind


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
    said = courtesy(message)
    reply = bot(HONEY).ask(message)
    assert said
    assert (reply.kind, reply.said, reply.quotes, reply.near) == (ReplyKind.SMALLTALK, said, (), ())
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
        "thanks for nothing",
        "no honey",
        "hive",
        "high",
        "can bees help?",
        "good evening bees",
    ],
)
def test_no_small_talk(message):
    """A word of courtesy in a question makes it none."""
    assert courtesy(message) is None


@pytest.mark.parametrize(
    ("message", "rest"),
    [
        ("Hi, what is honey?", "what is honey?"),
        ("Hello there! What is honey?", "What is honey?"),
        ("hey hey what is honey?", "what is honey?"),
        ("Great, thanks. What is honey?", "What is honey?"),
        ("Ok. What is honey?", "What is honey?"),
        ("What is honey, hi?", "What is honey, hi?"),
        ("Right-handed bees", "Right-handed bees"),
        ("Well water: is it safe?", "Well water: is it safe?"),
        ("Perfect competition: what is it?", "Perfect competition: what is it?"),
        ("Hive beetles", "Hive beetles"),
        ("Hi!", "Hi!"),
        ("", ""),
    ],
)
def test_without_greeting(message, rest):
    """A greeting is taken off a question, and only that."""
    assert without_greeting(message) == rest


@pytest.mark.parametrize("message", ["Hi-tech hives: what are they?", "yo-yo effect?"])
def test_a_compound_is_no_greeting(message):
    """A compound word that begins like a greeting stays whole."""
    assert without_greeting(message) == message


def test_a_greeting_before_a_question_changes_nothing():
    """The question behind a greeting is answered as without it."""
    someone = bot(HONEY)
    greeted, plain = someone.ask("Hello, what is honey made from?"), someone.ask("what is honey made from?")
    assert greeted.understood == plain.understood
    assert greeted.quotes == plain.quotes != ()


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
    ("message", "rest"),
    [
        ("stupid bot, how big is a hive?", "how big is a hive?"),
        ("you are USELESS. how big is a hive?", "how big is a hive?"),
        ("You dumb machine! how big is a hive?", "how big is a hive?"),
        ("Are stupid bees common?", "Are stupid bees common?"),
    ],
)
def test_an_insult_in_front(message, rest):
    """An insult before a question is taken away like a greeting."""
    assert without_greeting(message) == rest


@pytest.mark.parametrize(
    "message", ["thanks a lot, bye", "Hello! Who are you?", "thank you and goodbye", "hi. how are you?"]
)
def test_several_courtesies(message):
    """What is made of courtesies alone is one, and the last of them is answered."""
    last = re.split(r"[.,!?]+\s+|\s+and\s+", message)[-1]
    assert courtesy(message) == courtesy(last) is not None


def test_a_courtesy_and_a_question():
    """One part that asks something makes it no courtesy."""
    assert courtesy("thanks, how big is a hive?") is None
