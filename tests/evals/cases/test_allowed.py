"""Which files a question set may name: those beside it and in the working folder, unless its user allows more."""

import pytest
from click.testing import CliRunner
from support.eval_fakes import TEXT, record, write_set
from support.platforms import posix

from chatbot.cli.main import cli
from chatbot.errors import CaseError
from chatbot.evals.formats import detect

HIDDEN = "The password of root is swordfish."


@pytest.fixture
def places(tmp_path, monkeypatch):
    """A set's folder, the working folder, and a folder that is neither, each with a file."""
    for name in ("faq", "work", "home", "work/.git"):
        (tmp_path / name).mkdir()
        (tmp_path / name / "x.md").write_text(f"{TEXT}\n{HIDDEN}\n")
    monkeypatch.chdir(tmp_path / "work")
    return tmp_path


def written(places, document):
    """A set about one document."""
    write_set(places / "faq", record("a", "What is the password?", [["swordfish"]]) | {"document": str(document)})
    return places / "faq" / "cases.jsonl"


@pytest.mark.parametrize("document", ["x.md", "../work/x.md", "./../faq/x.md"])
def test_near_the_set(places, document):
    """A file beside the set, or in the working folder, may be named by any path."""
    with detect.opened(written(places, document), within=()) as found:
        assert len(found.cases) == 1


@pytest.mark.parametrize("document", ["../home/x.md", "/etc/passwd", "../work/.git/x.md", "../work/../home/x.md"])
def test_elsewhere(places, document):
    """Any other file, and a hidden one, is refused before it is read; the line says what to do."""
    with (
        pytest.raises(CaseError, match=r"cases\.jsonl:1: its document .* allow it with --documents-in FOLDER$"),
        detect.opened(written(places, document), within=()),
    ):
        pass


@posix
def test_a_link_that_leads_elsewhere(places):
    """A link is what it leads to: git keeps links."""
    (places / "faq" / "link.md").symlink_to(places / "home" / "x.md")
    with pytest.raises(CaseError, match="its document"), detect.opened(written(places, "link.md"), within=()):
        pass


def test_a_table(places):
    """The cases of a table are checked like ours."""
    path = places / "faq" / "cases.csv"
    path.write_text(f"question,answer,document\nWhat?,swordfish,{places / 'home' / 'x.md'}\n")
    with pytest.raises(CaseError, match="its document"), detect.opened(path, within=()):
        pass


@pytest.mark.parametrize("words", [("eval", "run"), ("eval", "lint"), ("eval", "convert")])
def test_the_commands(places, words):
    """Each command refuses such a set, and reads it once its folder is allowed."""
    target = ["new.jsonl"] if words[1] == "convert" else []
    arguments = [*words, str(written(places, "../home/x.md")), *target, "--no-semantic"]
    refused = CliRunner().invoke(cli, arguments)
    assert refused.exit_code in (1, 4)
    assert "--documents-in FOLDER" in refused.output
    assert "swordfish" not in refused.output
    allowed = CliRunner().invoke(cli, [*arguments, "--documents-in", "../home"])
    assert "--documents-in" not in allowed.output
    assert allowed.exit_code != 4


def test_a_configuration_allows_nothing(places):
    """The file may come from the same stranger as the set."""
    (places / "work" / "chatbot.toml").write_text('[evals]\ndocuments-in = ["../home"]\n')
    done = CliRunner().invoke(cli, ["eval", str(written(places, "../home/x.md"))])
    assert done.exit_code == 2
    assert 'unknown key "documents-in"' in done.output


def test_the_library(places):
    """A program that opens a set itself decides itself."""
    with detect.opened(written(places, "../home/x.md")) as found:
        assert len(found.cases) == 1
    with detect.opened(written(places, "../home/x.md"), within=[places / "home"]) as found:
        assert [path.name for path in found.cases[0].documents] == ["x.md"]
