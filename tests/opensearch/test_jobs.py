"""Which files a collection has, under which names, and in which order."""

from pathlib import Path

import pytest

from chatbot import inputs
from chatbot.errors import UsageError
from chatbot.opensearch.reindex import jobs


@pytest.fixture
def folder(tmp_path):
    """A folder of documents, in folders."""
    for name in ("b.md", "a.md", "z/a.md", "z/y/b.md", "zz/a.md", "a/c.md", "a b/d.md", ".hidden/x.md"):
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text("# Text\n")
    return tmp_path


def test_the_order_is_that_of_the_embedded_engine(folder):
    """Sorted by their keys, files come as `inputs.find` lists them."""
    found = jobs([str(folder)], {})
    assert [job.path for job in sorted(found, key=lambda job: job.order)] == [
        f.path for f in inputs.find([str(folder)])
    ]
    assert {job.name for job in found} == {"a.md", "b.md", "a/c.md", "a b/d.md", "z/a.md", "z/y/b.md", "zz/a.md"}


def test_several_folders_keep_their_order(folder):
    """The first one that is named comes first, and names say which folder is meant."""
    names = [str(folder / "zz"), str(folder / "z")]
    found = jobs(names, {})
    assert [job.path for job in sorted(found, key=lambda job: job.order)] == [f.path for f in inputs.find(names)]
    assert [job.name for job in found] == ["zz/a.md", "z/a.md", "z/y/b.md"]


def test_a_pattern_keeps_its_order(folder):
    """Files that match are sorted as paths."""
    names = [str(folder / "**" / "*.md")]
    found = jobs(names, {})
    assert [job.path for job in sorted(found, key=lambda job: job.order)] == [f.path for f in inputs.find(names)]


def test_the_place_of_a_folder_does_not_matter(folder):
    """A collection is the same wherever its folder is."""
    moved = folder.parent / "moved"
    before = jobs([str(folder)], {})
    Path(folder).rename(moved)
    assert [(job.name, job.order) for job in jobs([str(moved)], {})] == [(job.name, job.order) for job in before]


def test_the_same_name_twice(folder):
    """Two documents of one name would replace each other."""
    (folder / "q" / "z").mkdir(parents=True)
    (folder / "q" / "z" / "a.md").write_text("# Other\n")
    with pytest.raises(UsageError, match=r"are both z/a\.md; name their common folder"):
        jobs([str(folder / "z"), str(folder / "q" / "z")], {})
