"""The links of the README, the pages and the other Markdown of .github lead somewhere."""

import re
from itertools import pairwise
from urllib.parse import unquote

import pytest
from markdown_it import MarkdownIt
from support.documentation import PAGES, ROOT

FILES = [*PAGES, *sorted((ROOT / ".github").glob("*.md"))]
_IN_HTML = re.compile(r"\b(?:href|src)=\"([^\"]*)\"")
_NO_SIGN = re.compile(r"[^\w\- ]")


LINKS = ("link_open", "image")
HTML = ("html_block", "html_inline")
CODE = ("code_inline", "code_block", "fence")


def parsed(path):
    """The tokens of a Markdown file, one for each paragraph and heading."""
    return MarkdownIt("gfm-like", {"linkify": False, "html": True}).parse(path.read_text(encoding="utf-8"))


def tokens(path, types):
    """The tokens of some types, those inside paragraphs and headings too."""
    every = (inner for token in parsed(path) for inner in (token, *(token.children or ())))
    return [token for token in every if token.type in types]


def targets(path):
    """What the links and images of a file lead to, those of its HTML too."""
    found = [token.attrGet("href") or token.attrGet("src") for token in tokens(path, LINKS)]
    written = "".join(token.content for token in tokens(path, HTML))
    return [unquote(target) for target in [*found, *_IN_HTML.findall(written)]]


def anchors(path):
    """The anchors that GitHub gives the headings of a file."""
    titles = [after.content for token, after in pairwise(parsed(path)) if token.type == "heading_open"]
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
    page.write_text(
        "# A *b*, c\n\n[1](#a-b-c) [2](page.md#a-b-c) [3](no.md) [4](#b) ![5](no.png)\n\n<img src='a.png'>\n".replace(
            "'", '"'
        ),
        encoding="utf-8",
    )
    assert list(broken(page)) == ["no.md", "#b", "no.png", "a.png"]


def test_every_page_is_linked_from_the_readme():
    """No page is there that a reader does not find."""
    linked = {(ROOT / target.partition("#")[0]).resolve() for target in targets(PAGES[0])}
    assert {page.resolve() for page in PAGES[1:]} <= linked


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_no_command_leaves_the_repository(path):
    """A reader has this repository alone; a command that leaves it works for its authors only."""
    assert [token.content for token in tokens(path, CODE) if "../" in token.content] == []
