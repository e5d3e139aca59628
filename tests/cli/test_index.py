"""The `index` command without a server: what is missing is said in one line."""

import pytest
from click.testing import CliRunner

pytest.importorskip("opensearchpy", reason="needs the extra `opensearch`")

from chatbot.cli.main import cli


@pytest.mark.parametrize(
    ("words", "code", "message"),
    [
        ((), 2, "say where to index to: --engine opensearch://HOST:9200/NAME"),
        (("--engine", "opensearch://localhost/docs"), 2, "say what to index: -d FOLDER"),
        (("-d", "-", "--engine", "opensearch://localhost/docs"), 2, "index reads files; name a folder"),
        (("-d", ".", "--engine", "localhost"), 2, "'localhost' is no address of OpenSearch"),
        (("-d", ".", "--engine", "opensearch://localhost:1/docs"), 1, "opensearch://localhost:1/docs does not answer"),
    ],
)
def test_errors(words, code, message):
    """Bad input and a dead cluster, with their exit codes."""
    result = CliRunner().invoke(cli, ["index", "-q", *words])
    assert (result.exit_code, result.stdout) == (code, "")
    assert message in result.stderr
    assert result.stderr.count("\n") == 1


def test_a_dead_cluster_is_told_to_whoever_asks():
    """Exit code 1, in one line, with nothing on standard output."""
    words = ["ask", "-q", "--engine", "opensearch://localhost:1/docs", "How many bees?"]
    result = CliRunner().invoke(cli, words)
    assert (result.exit_code, result.stdout) == (1, "")
    assert result.stderr == (
        "chatbot: opensearch://localhost:1/docs does not answer; start OpenSearch there, or check the address\n"
    )
