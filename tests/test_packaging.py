"""The package: what it is made of, what it needs, and that it works where there is no checkout."""

import ast
import os
import re
import subprocess
import sys
import tarfile
from email import message_from_string
from pathlib import Path
from zipfile import ZipFile

import pytest

from chatbot import __version__

if sys.version_info >= (3, 11):
    import tomllib
else:
    import tomli as tomllib

ROOT = Path(__file__).parent.parent
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
ARTICLE = "corpus/leaky_gut_and_immune_system.txt"
# by another name than their distribution's
CALLED = {
    "opensearchpy": "opensearch-py",
    "spellchecker": "pyspellchecker",
    "tomllib": "tomli",
    "docx": "python-docx",
    "markdown_it": "markdown-it-py",
}
ISOLATED = {name: value for name, value in os.environ.items() if name != "PYTHONPATH"}


def names(requirements):
    """The distributions that some requirements name."""
    return {re.findall(r"^[\w-]+", requirement)[0] for requirement in requirements}


def imported():
    """The top-level packages that the package's modules import."""
    for path in (ROOT / "chatbot").rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Import):
                yield from (alias.name.partition(".")[0] for alias in node.names)
            elif isinstance(node, ast.ImportFrom) and node.module:
                yield node.module.partition(".")[0]


def done(*command, **options):
    """What a command prints; that it fails is a failure."""
    completed = subprocess.run(command, capture_output=True, text=True, check=False, env=ISOLATED, **options)  # noqa: S603
    assert completed.returncode == 0, completed.stderr
    return completed.stdout


def test_every_import_is_declared():
    """What is imported is a dependency, and the other way round: nothing comes along by chance."""
    extras = PROJECT["optional-dependencies"]
    ours = (
        PROJECT["dependencies"],
        *(extras[name] for name in ("semantic", "server", "mcp", "formats", "opensearch", "evals")),
    )
    declared = set().union(*map(names, ours))
    ours_or_typing = {"chatbot", "pytest", "typing_extensions"}  # pytest loads us; type checkers bring the last one
    third_party = set(imported()) - sys.stdlib_module_names - ours_or_typing | {"tomllib"}
    assert {CALLED.get(name, name.replace("_", "-")) for name in third_party} == declared


@pytest.mark.parametrize("module", ["chatbot", "chatbot.evals.pytest_plugin"])
def test_importing_the_package_is_cheap(module):
    """`import chatbot` imports nothing but the standard library; its plug-in, in everyone's pytest, no more."""
    code = f"import {module}, sys; print(*{{name.partition('.')[0] for name in sys.modules}})"
    loaded = set(subprocess.check_output([sys.executable, "-c", code], text=True, cwd=ROOT).split())  # noqa: S603
    assert not loaded & {"nltk", "numpy", "rank_bm25", "click", "prompt_toolkit", "tqdm", "spellchecker", "rapidfuzz"}


@pytest.fixture(scope="module")
def built(tmp_path_factory):
    """A folder with the wheel and the source distribution."""
    folder = tmp_path_factory.mktemp("dist")
    done(sys.executable, "-m", "hatchling", "build", "-d", folder, cwd=ROOT)
    return folder


@pytest.mark.slow
def test_wheel(built):
    """The wheel carries the article byte for byte, the data and the licences; and no tests."""
    with ZipFile(next(built.glob("*.whl"))) as wheel:
        inside = set(wheel.namelist())
        assert wheel.read(f"chatbot/{ARTICLE}") == (ROOT / ARTICLE).read_bytes()
        metadata = message_from_string(
            wheel.read(next(name for name in inside if name.endswith(".dist-info/METADATA"))).decode()
        )
    data = {path.relative_to(ROOT).as_posix() for path in (ROOT / "chatbot").rglob("*") if path.is_file()}
    assert {name for name in data if "__pycache__" not in name} <= inside
    assert {f"chatbot/corpus/{path.name}" for path in (ROOT / "corpus").iterdir()} <= inside
    assert {name.partition("/")[0] for name in inside} == {"chatbot", f"verbatim_chatbot-{__version__}.dist-info"}
    assert metadata["License-Expression"] == PROJECT["license"]
    assert len(metadata.get_all("License-File", [])) == 5


@pytest.mark.slow
def test_source_distribution(built):
    """The source distribution carries all that is needed to build and to test."""
    with tarfile.open(next(built.glob("*.tar.gz"))) as source:
        inside = {name.partition("/")[2] for name in source.getnames()}
    assert {"README.md", "pyproject.toml", ARTICLE, "tests/test_packaging.py", ".licenses/MIT.txt"} <= inside
    assert {".github/docs/terminal.md", ".github/pictures/chat.svg", ".github/docker/Dockerfile"} <= inside


@pytest.mark.slow
def test_installed(built, tmp_path):
    """Installed into another environment, it answers from any folder, with what its dependencies bring."""
    done(sys.executable, "-m", "venv", tmp_path / "venv")
    scripts = tmp_path / "venv" / ("Scripts" if os.name == "nt" else "bin")
    python = scripts / "python"
    done(python, "-m", "pip", "install", "-q", "--disable-pip-version-check", next(built.glob("*.whl")))
    answer = done(scripts / "chatbot", "ask", "How big is the gut?", cwd=tmp_path)
    assert "It reaches about 40 square meters" in answer
    assert "(1) Helander, Herbert F." in answer
    installed = done(python, "-m", "pip", "list", "--format=freeze", "--disable-pip-version-check").lower()
    assert not names(installed.split()) & {"scipy", "numba", "pandas"}  # they slow `import nltk` down threefold
