"""Articles that are written in other formats and read back (`evals/formats.py`)."""

import shutil
from pathlib import Path

import pytest
from support.articles import HONEY, LAKES

from chatbot.bot import bundled_article

STORY = """# The mill

The mill was built in 1871 [1-3]. It ground rye until 1950.[2] Its wheel is 4 m wide [1, 3].

1. Open the gate.
2. Wait for the water.

The stones weigh:

- 300 kg (the upper one) [3]
- 400 kg

```
turn(wheel)
```

## References

1. Roe, J. Mills. 1990.
2. Lee, A. Rye. 1991.
3. Doe, B. Stones. 1992.
"""


@pytest.fixture
def articles(tmp_path):
    """Articles of the tests, and the bundled one."""
    paths = [tmp_path / name for name in ("honey.md", "lakes.md", "mill.md")]
    for path, text in zip(paths, (HONEY, LAKES, STORY), strict=True):
        path.write_text(text, encoding="utf-8")
    return [*paths, *paths[2:], bundled_article()]  # each way to print citations for the one with most of them


@pytest.mark.parametrize("name", ["html", "xml", "docx", "odt", "epub"])
def test_articles_come_back(script, articles, name):
    """Sentences, citations and entries are those of the plain text."""
    if name in ("docx", "odt", "epub") and not shutil.which("pandoc"):
        pytest.skip("pandoc is not installed")
    tally = script("formats").compared(name, articles)
    assert tally.errors == []
    assert tally.shares == (1.0, 1.0, 1.0)


def test_loss_is_counted(script):
    """What is lost lowers the shares and is named."""
    formats = script("formats")
    one = formats.Understood(*map(formats.Counter, ((["a", "b"]), [("a", (1,))], [(1, "x"), (2, "y")])))
    other = formats.Understood(*map(formats.Counter, ((["a", "c"]), [("a", (2,))], [(1, "x")])))
    tally = formats.Tally()
    tally.add("x", one, other)
    assert tally.shares == (0.5, 0.0, 0.5)
    assert "x sentence missed: 'b'" in tally.errors


def test_articles_of_a_folder(script, tmp_path):
    """Articles are taken evenly from the styles that are not variants of others."""
    for style, number in (("bracket", 4), ("paren", 2), ("variant_paren", 2)):
        for index in range(number):
            path = tmp_path / style / f"a.{index}.txt"
            path.parent.mkdir(exist_ok=True)
            path.write_text("A.", encoding="utf-8")
            path.with_name(f"a.{index}.gold.json").write_text("{}", encoding="utf-8")
    found = [str(Path(path).relative_to(tmp_path)) for path in script("formats").articles(tmp_path, 3)]
    assert found == ["bracket/a.0.txt", "bracket/a.2.txt", "paren/a.0.txt"]
    assert len(script("formats").articles(tmp_path, 20)) == 6
