"""The report formats."""

from pathlib import Path

import pytest
from support.report_fakes import EVERYTHING, MEAN, flipped, report

from chatbot.errors import ChatbotError, UsageError
from chatbot.evals.reports import registry
from chatbot.evals.reports.registry import NAMES, SUFFIXES, renderer
from chatbot.evals.run.results import View

VIEWS = [View(), View(brief=True), View(only_failing=True), View(explain=True)]


@pytest.mark.parametrize("suffix", SUFFIXES)
def test_the_suffix_decides_the_format(suffix):
    """The suffix of the file's name decides, whatever its folder."""
    assert registry.of_suffix(Path(f"a.b/report{suffix}")) is renderer(SUFFIXES[suffix])


def test_another_suffix_is_a_mistake():
    """The message has those that there are."""
    with pytest.raises(UsageError, match=r"^x\.pdf: a report ends in one of \.txt, \.json"):
        registry.of_suffix(Path("x.pdf"))


@pytest.mark.parametrize("view", VIEWS, ids=str)
@pytest.mark.parametrize("name", NAMES)
def test_every_form_is_the_same_for_the_same_run_and_can_be_written(tmp_path, name, view):
    """Byte for byte, hostile texts and all; the file ends as text files do."""
    made = [renderer(name)(report((*EVERYTHING, *MEAN), flipped()), view) for _ in range(2)]
    assert made[0] == made[1]
    registry.save(tmp_path / "report", made[0])
    assert (tmp_path / "report").read_bytes() == made[0].encode() + b"\n"


@pytest.mark.parametrize("name", NAMES)
def test_a_brief_report_shows_no_turn(name):
    """No question, no gold, no quote, no name of a case."""
    text = renderer(name)(report(EVERYTHING, flipped()), View(brief=True))
    assert not [word for word in ("bread", "yeast", "Salt", "right-1", "salt-1", "far-1") if word in text]


def test_a_file_that_cannot_be_written(tmp_path):
    """One line that says which."""
    with pytest.raises(ChatbotError, match=r": cannot be written: Is a directory$"):
        registry.save(tmp_path, "x")


def test_html_without_the_extra(monkeypatch):
    """Without Jinja2, the HTML report says how to install it, before anything is run."""
    monkeypatch.setattr(registry, "find_spec", lambda _: None)
    with pytest.raises(
        UsageError, match=r'^the HTML report is not installed: pip install "verbatim-chatbot\[evals\]"$'
    ):
        registry.of_suffix(Path("report.html"))
