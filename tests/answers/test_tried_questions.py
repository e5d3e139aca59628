"""Questions to complete what is typed: made from the content, and answered from where they were made."""

from support.articles import FAQ, GEESE, HONEY, bot

from chatbot.answers.tried_questions import TriedQuestions
from chatbot.documents.parser import parse


def test_all_are_answered():
    """Every question is answered by a quote; the headings of an FAQ are among them."""
    chatbot = bot(HONEY, FAQ)
    questions = chatbot.questions()
    assert "How do I return a parcel?" in questions
    assert len(questions) == len(set(questions)) > 3
    assert all(chatbot.ask(question).answered for question in questions)


def test_what_is_not_answered_is_left_out():
    """A candidate without an answer is no question to offer."""
    chatbot = bot(GEESE, threshold=1.0)
    assert chatbot.questions() == ()


def test_asked_once():
    """The questions are asked at the first look only, and no more than forty."""
    chatbot = bot(HONEY)
    asked = []

    def reply(text):
        asked.append(text)
        return chatbot.ask(text)

    many = "# Many\n\n" + "\n\n".join(f"## How tall is tower {n}?\n\nTower {n} is {n} metres tall." for n in range(60))
    tried = TriedQuestions([parse(many, "many.md")], reply)
    assert tried.all == tried.all
    assert len(asked) == 40
