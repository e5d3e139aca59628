"""Why a reply is as it is, in numbers."""

from support.chatting import LAKES

from chatbot.bot import Chatbot
from chatbot.documents.parser import parse
from chatbot.inspection.explanations import explained
from chatbot.settings import Settings

PLAIN = Settings(semantic=False)


def test_an_answer():
    """The likeliest sentence that is not quoted, its likelihood beside the best one's, and what put it behind."""
    bot = Chatbot([parse(LAKES, "lakes.md")], PLAIN)
    reply = bot.ask("How deep is the lake in metres?")
    made = explained(reply, bot.threshold)
    runner_up = made["explanation"]["runner_up"]
    assert made["explanation"]["threshold"] == round(bot.threshold, 4)
    assert bot.document.text[runner_up["start"] : runner_up["end"]] == runner_up["text"]
    assert runner_up["text"] not in [quote["text"] for quote in made["quotes"]]
    assert 0 < runner_up["ratio"] < 1
    costs = list(runner_up["behind"].values())
    assert costs == sorted(costs, reverse=True)
    assert all(cost > 0 for cost in costs)


def test_a_refusal():
    """The best sentence itself is not quoted: it is as likely as itself, and behind in nothing."""
    bot = Chatbot([parse(LAKES, "lakes.md")], PLAIN)
    made = explained(bot.ask("Who invented the lake zebra in metres?"), bot.threshold)
    assert not made["answered"]
    assert (made["explanation"]["runner_up"]["ratio"], made["explanation"]["runner_up"]["behind"]) == (1.0, {})


def test_parts_and_nothing_to_compare():
    """Each question of a message has its own; small talk has none."""
    bot = Chatbot([parse(LAKES, "lakes.md")], PLAIN)
    both = explained(bot.ask("How deep is the lake in metres? Do perch live in the lake?"), bot.threshold)
    assert len(both["explanation"]["parts"]) == len(both["why"]["parts"]) == 2
    assert all(part["runner_up"] for part in both["explanation"]["parts"])
    assert explained(bot.ask("hello"), bot.threshold)["explanation"]["runner_up"] is None
