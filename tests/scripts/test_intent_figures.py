"""The accuracy of intents (`evals/intent_figures.py`)."""

import pytest


@pytest.fixture
def printed(script, tmp_path):
    """A function that gives what is printed below the command, for a fitting script with some content."""

    def lines(code):
        path = tmp_path / "fit_intents.py"
        path.write_text(code)
        command, *rest = script("intent_figures").lines(tmp_path / "messages.jsonl", path)
        assert command.endswith("fit_intents.py " + str(tmp_path / "messages.jsonl"))
        return rest

    return lines


def test_figures_are_those_of_the_fitting_script(printed):
    """It gets the file of messages."""
    assert printed("import sys; print('right 0.9'); print(sys.argv[1][-14:])") == ["right 0.9", "messages.jsonl"]


def test_without_its_packages_the_log_is_printed(printed, tmp_path):
    """Only if there is one."""
    (without,) = printed("import no_such_package")
    assert "could not be run" in without
    assert without.endswith("No module named 'no_such_package'")
    (tmp_path / "fit_intents.log").write_text("right 0.8\n")
    assert printed("import no_such_package") == ["could not be run here; from fit_intents.log:", "right 0.8"]
