"""From names to files: what a folder or a pattern stands for, and what is left out of it."""

from pathlib import Path

import pytest
from support.platforms import posix

from chatbot import inputs
from chatbot.errors import ArticleError, UsageError
from chatbot.inputs import Found, Unread


@pytest.fixture
def docs(tmp_path):
    """A folder with documents, folders, hidden files and a synonym file."""
    files = ("b.md", "a.txt", "deep/er/c.md", "deep/a.md", ".hidden.md", ".git/config", "a.synonyms.txt")
    for name in files:
        path = tmp_path / "docs" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(f"This is {name}.", encoding="utf-8")
    return tmp_path / "docs"


def names(found, folder):
    """The paths found, relative to a folder."""
    return [item.path.relative_to(folder).as_posix() for item in found]


def test_a_folder_stands_for_its_files(docs):
    """Sorted, folder by folder; hidden files, hidden folders and synonym files are no documents."""
    found = inputs.find([str(docs)])
    assert names(found, docs) == ["a.txt", "b.md", "deep/a.md", "deep/er/c.md"]
    assert all(item.optional for item in found)


@pytest.mark.parametrize(
    ("pattern", "expected"),
    [("*.md", ["b.md"]), ("**/*.md", ["b.md", "deep/a.md", "deep/er/c.md"]), ("[ab].*", ["a.txt", "b.md"])],
)
def test_a_pattern_stands_for_what_it_matches(docs, pattern, expected):
    """A pattern, which a shell has not expanded, matches as a shell would."""
    assert names(inputs.find([str(docs / pattern)]), docs) == expected


@posix
def test_what_may_not_be_looked_at(docs):
    """A name that the system refuses to look up stands for no file of a folder; one that was typed for itself."""
    (docs / "c.md").symlink_to("x" * 300)
    assert names(inputs.find([str(docs)]), docs) == ["a.txt", "b.md", "deep/a.md", "deep/er/c.md"]
    assert inputs.find(["x" * 5_000]) == [Found(Path("x" * 5_000))]


def test_names_keep_their_order(docs):
    """Files that are named come in the order of their names, and must be readable."""
    typed = [str(docs / "b.md"), str(docs / "a.txt"), "-"]
    assert inputs.find(typed) == [Found(Path(name)) for name in typed]


def test_a_file_named_like_a_pattern(docs):
    """A name that is a file is that file, whatever it looks like."""
    odd = docs / "[b].md"
    odd.write_text("Odd.", encoding="utf-8")
    assert inputs.find([str(odd)]) == [Found(odd)]


def test_nothing_matches(tmp_path):
    """A pattern without matches is reported like a missing file, an empty folder by what it lacks."""
    assert inputs.find([str(tmp_path / "*.md")]) == [Found(tmp_path / "*.md")]
    with pytest.raises(ArticleError, match="has no file, apart from hidden ones; check the path"):
        inputs.find([str(tmp_path)])


def test_far_too_many_files(docs, monkeypatch):
    """A folder like `/` is refused before every file in it is read."""
    monkeypatch.setattr(inputs, "MOST", 3)
    with pytest.raises(ArticleError, match="has more than 3 files; name a smaller folder"):
        inputs.find([str(docs)])


def test_an_address_is_refused():
    """The program has no network; the error is the line that fetches the page, safe to paste into a shell."""
    with pytest.raises(UsageError) as caught:
        inputs.find(["https://example.org/a?b=1&c=2"])
    assert str(caught.value) == (
        "the program has no network; fetch the page and ask it: "
        "curl -L 'https://example.org/a?b=1&c=2' | chatbot ask -d - \"...\""
    )


def test_an_empty_name_is_refused():
    """An empty name is not the working folder."""
    with pytest.raises(UsageError, match="empty name"):
        inputs.find([""])


def read(path):
    """A reader that knows Markdown only."""
    if path.suffix != ".md":
        raise ArticleError(str(path), "is not Markdown; convert it")
    return path.name


def test_unreadable_files_of_a_folder_are_left_out(docs):
    """Others are read; those that cannot be are named with their reasons."""
    loaded, unread = inputs.load([str(docs)], read)
    assert loaded == ["b.md", "a.md", "c.md"]
    assert unread == [Unread(str(docs / "a.txt"), "is not Markdown; convert it")]
    assert inputs.summary(unread) == "1 file not read: a.txt is not Markdown"


def test_an_unreadable_file_that_was_named(docs):
    """Who names a file wants it read."""
    with pytest.raises(ArticleError, match=r"a\.txt: is not Markdown; convert it"):
        inputs.load([str(docs / "b.md"), str(docs / "a.txt")], read)


def test_nothing_of_a_folder_is_readable(docs):
    """Without any document there is nothing to ask."""
    with pytest.raises(ArticleError, match=r"\*\.txt: 1 file not read: a\.txt is not Markdown"):
        inputs.load([str(docs / "*.txt")], read)


def test_a_summary_stays_one_short_line():
    """The first files are named, the others counted."""
    unread = [Unread(f"docs/{letter}.bin", "is not text (it has NUL bytes); give text") for letter in "abcdefg"]
    assert inputs.summary(unread).startswith("7 files not read: a.bin is not text (it has NUL bytes); b.bin is not")
    assert inputs.summary(unread).endswith("e.bin is not text (it has NUL bytes); 2 more")


def test_reading_is_counted(tmp_path, monkeypatch):
    """The files that are read are counted on the line of progress, if a front end shows one."""
    counted = []
    monkeypatch.setattr(inputs, "counted_off", lambda items, text, total: counted.append((text, total)) or items)
    for name in ("a.md", "b.md"):
        (tmp_path / name).touch()
    inputs.load([str(tmp_path)], str)
    assert counted == [("Reading files ...", 2)]
