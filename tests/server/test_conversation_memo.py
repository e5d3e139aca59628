"""Histories that are sent again and again are answered once; what is kept is bounded, and changes no reply."""

import threading
from itertools import pairwise
from typing import cast

import pytest
from support.articles import HONEY, bot

from chatbot import Chatbot
from chatbot.server import conversation_memo
from chatbot.server.conversation_memo import _TURN, ConversationMemo, _size

TALK = ["How many bees are in a hive?", "Who says so?", "hello", "What is honey made from?", "And who eats it?"]


class Counted:
    """A bot that counts what it is asked."""

    def __init__(self):
        self.bot = bot(HONEY)
        self.asked = []

    def memo(self, **limits):
        """A memo of its conversations."""
        return ConversationMemo(cast("Chatbot", self), **limits)

    def reply(self, question, conversation):
        """Count, and reply."""
        self.asked.append(question)
        return self.bot.reply(question, conversation)


def talk(memo, questions):
    """The replies to a conversation, in which each question is asked with the earlier ones."""
    return [memo.ask(question, questions[:turn]) for turn, question in enumerate(questions)]


def test_each_turn_is_answered_once():
    """A conversation of many turns asks the bot each question once, and gives the replies of the library."""
    someone = Counted()
    memo = someone.memo()
    replies = talk(memo, TALK * 10)
    assert someone.asked == TALK * 10
    assert replies == [someone.bot.ask(question, (TALK * 10)[:turn]) for turn, question in enumerate(TALK * 10)]


def test_another_end_of_the_same_conversation():
    """After another last question, or the same once more, only that is answered."""
    someone = Counted()
    memo = someone.memo()
    talk(memo, TALK)
    someone.asked.clear()
    memo.ask("Who says so?", TALK[:3])
    memo.ask(TALK[-1], TALK[:-1])
    assert someone.asked == ["Who says so?", TALK[-1]]


def test_questions_are_told_apart():
    """Other questions, another order, or the same text cut at other places are other conversations."""
    someone = Counted()
    memo = someone.memo()
    for history in (["a", "b"], ["b", "a"], ["ab"], ["", "ab"], ["\ud800"]):
        someone.asked.clear()
        assert memo.ask("What is wax?", history) == someone.bot.ask("What is wax?", history)
        assert someone.asked == [*history, "What is wax?"]


def test_a_history_that_takes_too_long(monkeypatch):
    """When its time is over no more of a history is answered, and the next try goes on with the rest."""
    someone = Counted()
    memo = someone.memo()
    monkeypatch.setattr(conversation_memo, "monotonic", lambda: len(someone.asked))
    with pytest.raises(TimeoutError):
        memo.ask("What is wax?", TALK, until=2.5)
    assert someone.asked == TALK[:3]
    assert memo.ask("What is wax?", TALK) == someone.bot.ask("What is wax?", TALK)
    assert someone.asked == [*TALK, "What is wax?"]


def test_what_is_kept_is_bounded():
    """Of many conversations those used last are kept, and never more than the limit; the end goes first."""
    someone = Counted()
    memo = someone.memo(limit=7 * _TURN)
    talk(memo, TALK)
    memo.ask("What is wax?", ["Do bees hum?"])  # 7 turns with their questions are too many
    assert memo._size == sum(_size(known.turns[-1]) for known in memo._known.values()) <= 7 * _TURN
    kept = sorted(len(known.turns) for known in memo._known.values())
    assert kept == [1, 1, 2, 2, 3, 4]
    someone.asked.clear()
    memo.ask(TALK[4], TALK[:4])
    assert someone.asked == TALK[4:]


def test_a_conversation_beyond_the_limit():
    """What is too long to be kept is answered all the same."""
    memo = ConversationMemo(bot(HONEY), limit=0)
    assert talk(memo, TALK) == [bot(HONEY).ask(question, TALK[:turn]) for turn, question in enumerate(TALK)]
    assert not memo._known


def test_no_turn_is_kept_that_is_not_counted():
    """What is kept of a conversation always begins with what else is kept of it."""
    memo = ConversationMemo(bot(HONEY), limit=12 * _TURN)
    for number in range(4):
        talk(memo, [f"{number} {question}" for question in TALK])
        chains = [known.turns for known in memo._known.values()]
        chains.sort(key=lambda turns: (turns[0].question, len(turns)))
        for shorter, longer in pairwise(chains):
            assert len(longer) == 1 or longer[:-1] == shorter


def test_threads():
    """Many threads with the same and with other conversations get the replies of the library."""
    memo, right = ConversationMemo(bot(HONEY), limit=8 * _TURN), {}
    for turn, question in enumerate(TALK):
        right[turn] = bot(HONEY).ask(question, TALK[:turn])
    wrong: list[int] = []

    def run():
        for _ in range(5):
            wrong.extend(turn for turn, reply in enumerate(talk(memo, TALK)) if reply != right[turn])

    threads = [threading.Thread(target=run) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not wrong
    assert memo._size <= 8 * _TURN
