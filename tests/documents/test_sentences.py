"""Sentences: a table of golden cases, and what holds for every text."""

import subprocess
import sys
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chatbot.documents.sentences import split

# One case a line; "|" stands where a sentence ends.
GOLDEN = """
One sentence.
One sentence without a full stop
The gut is long.| It is wide.
Is it long?| It is.
It is long!| Really.
Is it?!| Yes.
What?| Why?| How?
It is permeable.(3)| The next one is not.
It is permeable.(3, 4)| The next one is not.
It is permeable.[3]| The next one is not.
It is permeable. [3]| The next one is not.
It is permeable.[3][4]| The next one is not.
It is permeable.[2],[3]| The next one is not.
It is permeable.[18]–[21]| The next one is not.
It is permeable [3].| The next one is not.
It is permeable (3).| The next one is not.
It is endemic.4–6| The next one is not.
It is endemic.4,6| The next one is not.
It is endemic.³| The next one is not.
It is endemic.³˒⁴| The next one is not.
It is endemic.[^3]| The next one is not.
It is endemic.^3^| The next one is not.
It is endemic.<sup>3</sup>| The next one is not.
It is "endemic."3| The next one is not.
It is new (it is old.)4| The next one is not.
Smith et al. found it.| Jones did not.
Smith et al. (3) found it.| Jones did not.
Smith et al. [3] found it.| Jones did not.
It was shown by Smith et al.| The gut was long.
Castro G. A., Arntzen C. J. and others wrote it.
It was written by J. Smith.| He died.
It was written by J. A. Smith.| He died.
George W. Bush spoke.| They left.
See Fig. 2 for it.| It is large.
See Figs. 2 and 3.| They are large.
It is in Vol. 3 of the book.
He ate a fig. Then he slept.
It is No. 5 of them.
The answer is no.| Children know it.
Take vitamins, e.g. vitamin C, daily.
Take one, i.e. the first.
It is cats vs. dogs.
It weighs approx. 5 kg.| It is heavy.
See Fig. 3B and Fig. S3.| Both are new.
It dates from c. 1710 or so.
It was J.N. Smith and S. B. Jones.| They left.
They gave her the J.D. degree.
It ended World War I.| Germany lost it.
They gave it to the PP.| Timing is all.
It was Col. Brown.
They use a Glock in .45 ACP.
It is an error. [91]
Dr. Smith came.| Mrs. Jones left.
The U.S. Senate met.| It voted.
They live in the U.S.| The others left.
She has a Ph.D. in biology.
It happened on Jan. 5 of that year.
It was E. coli that did it.| It was bad.
Cells of Vibrio sp. grew.
Take vitamin C.| The dose is small.
Take vitamin C.| Children need it.
It is hepatitis B.| Most adults recover.
It is 3.5 m long.| It is 0.2 m wide.
It grew by 2.5%.| It fell by 3.1%.
It cost $5.50.| That is much.
It ended in 1999.| The next began.
It has 40 cells. |40 percent of them died.
It holds it (see also Smith. And Jones) well.| It is so.
(It is one. It is two.)| It is three.
He said "It works. It does." to them.| They left.
He said “It works.”| They left.
She said "yes."| They left.
"Is it so?" he asked.| They left.
'Why?' he asked.| They left.
It ended... | Then it began.
It is... well, long.| It is so.
It goes on ... and on.
1. Wash the gut.
1. Wash the gut.| 2. Dry it.
a. Wash the gut.| Dry it.
2.1. The method is new.| It works.
The gut wall.The next is it.
Use node.Js or www.Example.com for it.
It is at www.example.com.| It is free.
It has two spaces.|  It does.
It is `` so . ''| The rest is not .
It was led by D. Trump Jr. and others.
We used mice, rats, etc. as models.
We used mice, rats, etc.| The models were good.
The level rose at 5 p.m. on Monday.
It is *done.*| It is **so.**| Yes.
The pH was 7.4.| mRNA was measured.
The gene is on.| p53 is off.
it is all small. |it stays so.
It is Yahoo! that did it.
The table (Fig. 3.2) shows it.| It is so.
¿Es largo?| ¡Sí!| Es largo.
Er ist groß.| Über uns nichts.
The office closes at 7 a.m. today.
Add 3 oz. all-purpose flour.
Add 2 tbsp. sugar.| Then stir.
It was sold by Acme Inc. today.
The temp. of the bath rose.
It is 3 in. wide and 10 ft. long.| It is heavy.
Mix it with 1 pkg. yeast.
It falls under Fed. R. Civ. P. 56 and so on.| It is old.
Appeals go to the Sup. Ct. of the county.| They are rare.
It was cold.| Wed. was warm.
It ended the war.2|In Kenya it went on.
It was read in the text.3D printing followed.
See Fed. R. Evid. 702 for it.| It is so.
See Cal. Civ. Code sec. 1714.| It is law.
She gave him vitamin C.| 40 of them did.
They met on Mon. and Tues. of that week.
It is in Wales.[note 1]| The rest is not.
It is in Wales.[citation needed]| The rest is not.
It is in Wales.[a][b]| The rest is not.
It is in Wales.[1][note 2]| The rest is not.
It is in Wales.[1]: 52| The rest is not.
It is in Wales.[1]: 52–54 [2]| The rest is not.
It is in Wales.[^wales]| The rest is not.
It is in Wales.[1b]| The rest is not.
It is in Wales [Mil03].| The rest is not.
It is in Wales.†| The rest is not.
It is in Wales.‡§| The rest is not.
It is in Wales.*| The rest is not.
It is in Wales.| [Then] he left.
It ended the war.2|In the north it went on.
It ended the war.2,3|In the north it went on.
It ended the war.3-5|The number rose in 1999.
It ended the war.[2]|In the north it went on.
It ended the war.12| In the north it went on.
It has IL-2.5In water.
It is at www.example.com.2In the north.
""".replace("He ate a fig. Then", "He ate a fig.| Then").replace("wall.The", "wall.|The")

UNSOLVED = {
    "It is the wall.| it stays.": "a short word may be shortened where other sentences start with a capital",
    "We arrived at 5 p.m.| Children slept.": "whether an abbreviation also ends a sentence takes what the words mean",
    "It was made by Apple Inc.| Critics loved it.": "a name may follow an abbreviation as a new sentence's first word",
    "He met John F.| Mary left.": "an initial that ends a sentence looks like one before a surname",
    "He sang in Yahoo! Music videos.": "a name with an exclamation mark, before a capital",
    "“Is it so?” Smith asked.": "a question within a sentence, before a name",
}


def cut(text, markers=()):
    """The sentences of a text, as strings."""
    return [text[span.start : span.end] for span in split(text, 0, len(text), markers)]


def wanted(case):
    """The sentences of a golden case, and the text without the bars."""
    return case.replace("|", ""), [part.strip() for part in case.split("|")]


@pytest.mark.parametrize("case", GOLDEN.strip().splitlines())
def test_golden(case):
    """A text is cut where a careful reader would cut it."""
    text, sentences = wanted(case)
    assert cut(text) == sentences


@pytest.mark.parametrize(
    "case", [pytest.param(case, marks=pytest.mark.xfail(reason=reason)) for case, reason in UNSOLVED.items()]
)
def test_unsolved(case):
    """What rules without meaning get wrong is known, and noticed once it is solved."""
    text, sentences = wanted(case)
    assert cut(text) == sentences


def test_there_are_at_least_sixty_golden_cases():
    """The table stays large."""
    assert len(set(GOLDEN.strip().splitlines())) >= 60


def test_a_known_marker_apart_belongs_to_the_sentence_before():
    """A citation that stands apart behind the full stop goes with what it supports; an enumeration does not."""
    text = "It is long. (3) It is wide."
    assert cut(text, markers={12}) == ["It is long. (3)", "It is wide."]
    assert cut(text) == ["It is long.", "(3) It is wide."]


def test_only_the_given_part_is_cut():
    """Offsets are those of the whole text, and nothing outside the part is looked at."""
    text = "Before. The gut is long. It is wide. After."
    assert split(text, 8, 36) == [(8, 24), (25, 36)]


def test_the_package_does_not_import_nltk():
    """Importing the module is cheap: nltk comes with the first full stop."""
    code = "import sys, chatbot.documents.parser, chatbot.documents.sentences; sys.exit('nltk' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0  # noqa: S603 - our own code


texts = st.text() | st.text(alphabet='aB1. ?!"()[]“”^³\n\xa0…', max_size=80)


@given(texts)
def test_spans_are_in_order_and_lose_only_white_space(text):
    """Spans rise, do not overlap, hold no outer white space, and all but white space is in one of them."""
    spans = split(text, 0, len(text))
    assert all(first.end <= second.start for first, second in pairwise(spans))
    assert all(text[s.start : s.end] == text[s.start : s.end].strip() != "" for s in spans)
    assert "".join("".join(text[s.start : s.end].split()) for s in spans) == "".join(text.split())
