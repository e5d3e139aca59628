"""Articles made by chance, with all that makes articles hard to read, and questions about them; nothing is learnt."""

from __future__ import annotations

import re
from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from random import Random

NOUNS = ("bees", "moss", "geese", "the river", "old lakes", "wax moths", "drones", "the harbour", "honey", "ice")
VERBS = ("carry", "need", "avoid", "hide", "follow", "count", "share", "guard", "lose", "find")
THINGS = ("pollen", "warm stones", "snow", "14 kg of salt", "dry leaves", "a queen", "night light", "bitter roots")
PLACES = ("in winter", "near rivers", "at night", "after rain", "since 1987", "below ground", "for 12 days", "in Yemen")
NAMES = ("Alder", "Birch", "Cedar", "Dogwood", "Elm", "Fir", "Ginkgo", "Hazel")
# how a citation is printed, by the name of its style; a pattern for those that can be nothing else
STYLES = {
    "bracket": (" [{}].", r"(?<!\^)\[(\d[\d, –-]*)\](?!:)"),
    "footnote": (".[^{}]", None),
    "html": (".<sup>{}</sup>", r"<sup>(\d[\d, –-]*)</sup>"),
    "caret": (".^{}^", None),
    "raised": (".{}", None),
    "paren": (" ({}).", None),
}
ENTRIES = ("{}. ", "[{}] ", "({}) ", "{}) ", "[^{}]: ")
BREAKS = ("\n", "\r\n", "\r")
ODD = (
    *(
        "🐝",
        "e\u0301",
        "\u00a0",
        "\u200b",
        "\x1b[31m",
        "\\",
        "½",
        "ﬁ",
        "ﷺ",
        "“",
        "²",
        "[99]",
        "(1)",
        "[^x]",
        "†",
        "[a]",
    ),
    *("[a]", "¹" * 9, "\u202e", "*", "**", "`", "<b>", "</p>", "&amp;", "^", "[1-9000]", "|", "_", "[link](#x)"),
)
ASKED = (
    *("What is this about?", "tell me more", "who says so?", "when was that published?", "and drones?", "reference 1"),
    *("show all references", "what is reference 2 cited for?", "newest source", "thanks", "hi", "the second one", ""),
    *("references 1 to 90", "what does section 2 say?", "[a]", "who says that bees carry pollen?", "ﷺ" * 200, ".[1]"),
    *("what about geese and what do they guard?", "go back to the first question", "\ud800 bees?"),
)
_RAISED = str.maketrans("0123456789-,", "⁰¹²³⁴⁵⁶⁷⁸⁹⁻˒")


@dataclass(frozen=True, slots=True)
class Article:
    """A text with the name of its file, and what its author knows: the style, and where each chapter ends.

    `own` tells whether each chapter has a list of its own, whose entries name the chapter. `pattern` finds the numbers
    of citations that can be nothing else.
    """

    text: str
    name: str
    ends: tuple[int, ...]
    own: bool
    pattern: str | None

    def chapter(self, place: int) -> int:
        """The number of the chapter at a place, counted from 0."""
        return sum(end <= place for end in self.ends)


def _sentence(chance: Random) -> str:
    said = " ".join(chance.choice(words) for words in (NOUNS, VERBS, THINGS, PLACES))
    return said[0].upper() + said[1:] if chance.random() < 0.95 else said


def _numbers(chance: Random, count: int) -> str:
    first, last = sorted(chance.choices(range(1, count + 1), k=2))
    form = chance.random()
    if form < 0.6 or first == last:
        return str(first)
    return f"{first}{chance.choice((', ', ',', '–', '-'))}{last}" if form < 0.9 else f"{first}, {last}"


def _cited(chance: Random, style: str, count: int) -> str:
    """A sentence, in half of the cases with a citation; one in thirty is of another style."""
    if chance.random() < 0.5:
        return f"{_sentence(chance)}."
    used = style if chance.random() < 29 / 30 else chance.choice(list(STYLES))
    numbers = _numbers(chance, count)
    if used == "footnote":
        numbers = re.split(r"\D", numbers)[0]
    if used == "raised":
        numbers = numbers.replace(" ", "").replace("–", "-").translate(_RAISED)
    return _sentence(chance) + STYLES[used][0].format(numbers)


def _paragraph(chance: Random, style: str, count: int) -> str:
    return " ".join(_cited(chance, style, count) for _ in range(chance.randint(1, 5)))


def _block(chance: Random, style: str, count: int) -> str:
    """A paragraph, or one of the other things that articles have."""
    items = [_cited(chance, style, count) for _ in range(chance.randint(1, 4))]
    blocks = (
        "\n".join(f"{chance.choice(('-', '*', '+'))} {item}" for item in items),
        "\n".join(f"{number}. {item}" for number, item in enumerate(items, 1)),
        "\n".join(["| What | How |", "|---|---|", *(f"| {item} | {len(item)} cm |" for item in items)]),
        "\n".join(["```", *items, "```"]),
        "\n".join(f"> {item}" for item in items),
        f"{chance.choice(NOUNS).title()}\n{'-' * 12}\n\n{items[0]}",
        "\n".join(f"{'  ' * depth}- {item}" for depth, item in enumerate(items)),
    )
    return chance.choice(blocks) if chance.random() < 0.6 else _paragraph(chance, style, count)


def _list(chance: Random, form: str, chapter: int, count: int) -> str:
    rows = (
        f"{form.format(number)}{chance.choice(NAMES)} A, {chance.choice(NAMES)} B. List {chapter}, work {number}. "
        f"J Foo. {1980 + number};{number}:2-9."
        for number in range(1, count + 1)
    )
    return "\n".join(rows)


def _with_oddities(chance: Random, text: str) -> str:
    for _ in range(chance.randint(1, 4)):
        place = chance.randrange(len(text) + 1)
        text = text[:place] + chance.choice(ODD) + text[place:]
    return text


def _with_breaks(chance: Random, parts: list[str]) -> list[str]:
    """The parts with line breaks of one kind, or of several."""
    kinds = BREAKS if chance.random() < 0.3 else [chance.choice(BREAKS)]
    return [re.sub("\n", lambda _: chance.choice(kinds), part) for part in parts]


def article(chance: Random) -> Article:
    """An article."""
    style, form, count = chance.choice(list(STYLES)), chance.choice(ENTRIES), chance.randint(2, 12)
    chapters = chance.choice((1, 1, 2, 3))
    own = chapters > 1 and chance.random() < 0.7
    odd = chance.random() < 0.3
    parts = []
    for chapter in range(chapters):
        blocks = [f"## Part {chapter + 1} of it"] if chapters > 1 or chance.random() < 0.5 else []
        blocks += [_block(chance, style, count) for _ in range(chance.randint(1, 6))]
        # each entry of a list is cited at least once, as in an article
        blocks += [" ".join(_sentence(chance) + _marker(style, number) for number in range(1, count + 1))]
        if chance.random() < 0.2:
            blocks += ["It is noted.[^a]", "[^a]: A note on it."]
        if own or chapter == chapters - 1:
            blocks += [f"{'###' if own else '##'} References", _list(chance, form, chapter, count)]
        part = "\n\n".join(blocks) + "\n\n"
        parts.append(_with_oddities(chance, part) if odd else part)
    title = chance.choice(("# The life of animals\n\n", "The life of animals\n\n", ""))
    parts = _with_breaks(chance, [title, *parts])
    ends = [0]
    for part in parts:
        ends.append(ends[-1] + len(part))
    text, name = "".join(parts), chance.choice(("a.md", "a.txt"))
    if odd:  # a stray sign may break anything, so the author knows nothing for sure
        return Article(text, name, (), own=False, pattern=None)
    return Article(text, name, tuple(ends[2:-1]), own, STYLES[style][1])


def _marker(style: str, number: int) -> str:
    printed = str(number).translate(_RAISED) if style == "raised" else str(number)
    return STYLES[style][0].format(printed)


def questions(chance: Random, text: str, count: int) -> list[str]:
    """Questions in the words of the article, in those of any article, and of other kinds."""
    words = text.split() or ["x"]
    asked = []
    for _ in range(count):
        start = chance.randrange(len(words))
        own = " ".join(words[start : start + chance.randint(1, 9)])
        made = f"What do {chance.choice(NOUNS)} {chance.choice(VERBS)} {chance.choice(PLACES)}?"
        asked.append(chance.choice((own, made, chance.choice(ASKED))))
    return asked


def printed_numbers(pattern: str, text: str) -> set[int]:
    """The numbers of a text's citations, with those of its ranges, read without the program."""
    found: set[int] = set()
    for numbers in re.findall(pattern, text):
        for part in numbers.split(","):
            ends = [int(end) for end in re.findall(r"\d+", part)]
            found.update(ends)
            for low, high in pairwise(ends):
                found.update(range(low, high + 1))
    return found
