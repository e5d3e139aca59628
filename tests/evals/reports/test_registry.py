"""All report formats, chosen by name or by the suffix of a file."""

from pathlib import Path

import pytest
from support.report_fakes import EVERYTHING, MEAN, flipped, report

from chatbot.errors import ChatbotError, UsageError
from chatbot.evals.reports import registry
from chatbot.evals.reports.registry import NAMES, SUFFIXES
from chatbot.evals.run.results import View

VIEWS = [View(), View(brief=True), View(only_failing=True), View(explain=True)]


@pytest.mark.parametrize("suffix", SUFFIXES)
def test_the_suffix_of_a_file_decides_the_format(suffix):
    """Dots in the names of its folders do not matter."""
    by_suffix = registry.of_suffix(Path(f"a.b/report{suffix}"))
    assert by_suffix is registry.renderer(SUFFIXES[suffix])


def test_an_unknown_suffix_is_refused():
    """The message lists the suffixes that exist."""
    with pytest.raises(UsageError, match=r"^x\.pdf: a report ends in one of \.txt, \.json"):
        registry.of_suffix(Path("x.pdf"))


def test_a_report_in_html_names_the_extra_that_it_needs(monkeypatch):
    """Before anything is run."""
    monkeypatch.setattr(registry, "find_spec", lambda _: None)
    with pytest.raises(
        UsageError, match=r'^the HTML report is not installed: pip install "verbatim-chatbot\[evals\]"$'
    ):
        registry.of_suffix(Path("x.html"))
    assert registry.of_suffix(Path("x.md")) is not None


@pytest.mark.parametrize("view", VIEWS, ids=str)
@pytest.mark.parametrize("name", NAMES)
def test_the_same_run_gives_the_same_bytes(tmp_path, name, view):
    """Hostile texts included; the file ends with a line break."""
    made = [registry.renderer(name)(report((*EVERYTHING, *MEAN), flipped()), view) for _ in range(2)]
    assert made[0] == made[1]
    registry.save(tmp_path / "report", made[0])
    assert (tmp_path / "report").read_bytes() == made[0].encode() + b"\n"


@pytest.mark.parametrize("name", NAMES)
def test_a_brief_report_shows_no_turn(name):
    """No question, no gold, no quote and no id of a case."""
    text = registry.renderer(name)(report(EVERYTHING, flipped()), View(brief=True))
    assert not [word for word in ("bread", "yeast", "Salt", "right-1", "salt-1", "far-1") if word in text]


def test_a_file_that_cannot_be_written_is_named(tmp_path):
    """In an error of one line."""
    with pytest.raises(ChatbotError, match=r": cannot be written: Is a directory$"):
        registry.save(tmp_path, "x")
