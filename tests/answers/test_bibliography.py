"""What an entry prints, in several citation styles."""

import pytest

from chatbot.answers.bibliography import newest, oldest, year
from chatbot.documents.parser import parse
from chatbot.reply import Entry


@pytest.mark.parametrize(
    ("entry", "printed"),
    [
        ("Smith AB, Jones C. A title. J Foo. 1999;12:34-56.", 1999),  # Vancouver
        ("Liu, Z., Li, N. and Neu, J. (2005), Tight junctions. Acta, 94: 386–393.", 2005),  # APA
        ('Doe, Jane. "A title." Food Chemistry 49.6 (2014): 1-9.', 2014),  # MLA
        ("Winston ML. A book. Harvard University Press, 1987.", 1987),
        ("Smith A. Title. 2014a;1:2.", 2014),
        ("Smith A. 1999 Nov;277(5 Pt 1):G922-8.", 1999),
        ("Newton I. Principia. London, 1687.", 1687),
        ("Ramsey SD et al. Varroa destructor. Proc Natl Acad Sci.", None),
        ("Smith A. Title. J Foo. 12:1998–2003.", None),
        ("Smith A. Title. J Foo, pp. 1998–2003.", None),
        ("Smith A. Title. https://x.org/2004/05", None),
        ("Smith A. Title. doi: 10.1000/j.2005.01", None),
        ("Smith A. Title. Retrieved 3 May 2020.", None),
        ("Smith A. Title. Accessed 2020-01-02", None),
        ("Smith A (2001). Title. Retrieved 3 May 2020.", 2001),
        ("Title, volume 145, issue 5, 612 - 616", None),
        ("", None),
    ],
)
def test_year(entry, printed):
    """The year of publication is read, and none is made up from pages, addresses or the day of a visit."""
    assert year(entry) == printed


@pytest.mark.parametrize(
    ("entry", "printed"),
    [
        ("Taubenberger JK. 1918 Influenza: the mother of all pandemics. Emerg Infect Dis. 2006;12:15-22.", 2006),
        ("Foster A. Farming in 1900. London: Harper, 2003.", 2003),
    ],
)
def test_a_year_in_the_title(entry, printed):
    """A year that the title speaks of is not that of publication."""
    assert year(entry) == printed


def listed(*texts):
    """The entries of an article that lists some."""
    lines = "".join(f"{number}. {text}\n" for number, text in enumerate(texts, 1))
    text = f"# T\n\nBees fly [1]. Wax melts [2]. Ants run [3].\n\n## References\n\n{lines}"
    return Entry.of_documents([parse(text, "x")])


def test_newest_and_oldest():
    """The extremes by printed year, all of them where several tie; entries without a year do not count."""
    known = listed("A (2001) x.", "B (1999) x.", "C x.", "D (2001) x.", "E (1999) x.")
    assert [entry.reference.number for entry in newest(known) if isinstance(entry, Entry)] == [1, 4]
    assert [entry.reference.number for entry in oldest(known) if isinstance(entry, Entry)] == [2, 5]
    assert newest([]) == newest(listed("A x.", "B x.", "C x.")) == []
