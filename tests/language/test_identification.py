"""Questions in another language than the article's."""

from pathlib import Path

import pytest
from support.articles import HONEY, bot, quoted, talk

from chatbot.language.identification import LANGUAGES, ArticleLanguage, _weights
from chatbot.reply import ReplyKind

FOREIGN = [
    line.split(" ", 1)[1] for line in Path(__file__).with_name("foreign_questions.txt").read_text("utf-8").splitlines()
]
ENGLISH = ArticleLanguage(["The junctions between intestinal cells are normally tight."], {"nino", "leche"})
GERMAN = """# Bienen

Ein Bienenvolk hat im Sommer etwa 50.000 Bienen. Der Honig wird aus Nektar gemacht, den die Bienen in den Stock tragen.

## Winter

Im Winter bilden die Bienen eine Traube und wärmen einander. Die Königin sitzt in der Mitte.
"""


def test_foreign_questions():
    """At least nine in ten short questions in six languages are told from English ones."""
    assert sum(map(ENGLISH.is_other, FOREIGN)) >= 0.9 * len(FOREIGN)


@pytest.mark.parametrize(
    "question",
    [
        "",
        "12 + 3?",
        "What is CRISPR-Cas9?",
        "die cast zinc",
        "effects of El Niño in la Habana",
        "symptons of iron deficency",
        "wat is teh gut microbiom",
        "BRCA1 vs BRCA2 tumors",
        "2-methylpropan-2-ol boiling point",
        "Who was Ludwig van Beethoven?",
        "Charles de Gaulle birthplace",
        "how does TGF-β signal",
        "el niño leche",
    ],
)
def test_english_questions(question):
    """Names, typing errors, chemistry, telegraph style and words of the article are no other language."""
    assert not ENGLISH.is_other(question)


@pytest.mark.parametrize("question", ["кто открыл пенициллин?", "これは何ですか", "كم تبلغ الرسوم"])
def test_another_script(question):
    """A question without a letter of the article's script is in another language."""
    assert ENGLISH.is_other(question)


def test_an_article_in_another_script():
    """Where the article's language cannot be told, nothing is refused."""
    russian = ArticleLanguage(["Пчёлы делают мёд из нектара."], set())
    assert not russian.is_other("Who makes honey?")
    assert not russian.is_other("Кто делает мёд?")


def test_one_line_instead_of_an_answer():
    """The reply says in which language to ask; nothing is corrected, and the conversation goes on as if it was not."""
    article = bot(HONEY, threshold=0.0)
    reply = article.ask("Woraus wird der Honig gemacht?")
    assert (reply.kind, reply.said, reply.corrections) == (
        ReplyKind.NONE,
        "Ask in English: the article is in English.",
        (),
    )
    turns = talk(article, "What is honey made from?", "Woraus wird der Honig gemacht?", "who says so?")
    assert turns[2].answered
    assert bot(HONEY, language=False).ask("Woraus wird der Honig gemacht?").said != reply.said


def test_a_german_article():
    """An article in German is asked in German."""
    article = bot(GERMAN, threshold=0.0)
    assert quoted(article.ask("Was machen die Bienen im Winter?"))
    assert article.ask("How many bees does a colony have in summer?").said == "Ask in German: the article is in German."


def test_the_weights():
    """Each n-gram has a weight for every language, and the file stays small."""
    assert {len(row) for row in _weights().values()} == {len(LANGUAGES)}
    assert 1_000 < len(_weights()) < 5_000
