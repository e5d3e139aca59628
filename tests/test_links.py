"""The links of the README, the pages and the other Markdown of .github lead somewhere."""

import re
from pathlib import Path
from urllib.parse import unquote

import pytest
from markdown_it import MarkdownIt
from support.documentation import PAGES, ROOT

FILES = [*PAGES, *sorted((ROOT / ".github").glob("*.md"))]
HOSTS = ("127.0.0.1", "localhost", "example.com")  # those of examples
_NO_SIGN = re.compile(r"[^\w\- ]")


def tokens(path):
    """The tokens of a Markdown file, those inside paragraphs and headings too."""
    for token in MarkdownIt("gfm-like", {"linkify": False}).parse(path.read_text(encoding="utf-8")):
        yield token
        yield from token.children or ()


def targets(path):
    """What the links and images of a file lead to."""
    found = (token.attrGet("href") or token.attrGet("src") for token in tokens(path) if token.type in LINKING)
    return [unquote(target) for target in found]


LINKING = ("link_open", "image")


def anchors(path):
    """The anchors that GitHub gives the headings of a file."""
    parsed = MarkdownIt("gfm-like", {"linkify": False}).parse(path.read_text(encoding="utf-8"))
    titles = [after.content for token, after in zip(parsed, parsed[1:], strict=False) if token.type == "heading_open"]
    return {_NO_SIGN.sub("", title.lower()).replace(" ", "-") for title in titles}


def broken(path):
    """The links of a file that lead nowhere."""
    for target in targets(path):
        address, _, anchor = target.partition("#")
        file = path.parent / address if address else path
        if not file.exists() or (anchor and anchor not in anchors(file)):
            yield target


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_links(path):
    """Every link leads to a file of this repository, and every anchor to a heading there."""
    assert list(broken(path)) == []


def test_a_broken_link_is_found(tmp_path):
    """A missing file, a missing heading and an address elsewhere are no targets."""
    page = tmp_path / "page.md"
    page.write_text("# A *b*, c\n\n[1](#a-b-c) [2](page.md#a-b-c) [3](no.md) [4](#b) ![5](no.png)\n", encoding="utf-8")
    assert list(broken(page)) == ["no.md", "#b", "no.png"]


def test_every_page_is_linked_from_the_readme():
    """No page is there that a reader does not find."""
    linked = {(ROOT / target.partition("#")[0]).resolve() for target in targets(PAGES[0])}
    assert {page.resolve() for page in PAGES[1:]} <= linked


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_nothing_refers_to_folders_outside(path):
    """A reader has this repository alone; a link or a command that leaves it works for its authors only."""
    depth = len(path.relative_to(ROOT).parts) - 1
    outside = re.compile(r"(?:\.\./){%d,}" % (depth + 1))
    assert not outside.search(path.read_text(encoding="utf-8"))
