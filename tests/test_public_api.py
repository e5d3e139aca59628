"""The public interface: what `from chatbot import ...` offers."""

import ast
import inspect
import subprocess
import sys

import pytest

import chatbot

# Seen in signatures, but not meant to be named by callers: what `Chatbot` is made of, and the type of its keywords.
INTERNAL = {"Cache", "Index", "Kind", "SettingsKeywords", "Synonyms"}


def classes_known_to(module):
    """The names of the classes of this package that a module defines or imports."""
    for node in ast.walk(ast.parse(inspect.getsource(module))):
        if isinstance(node, ast.ClassDef):
            yield node.name
        elif isinstance(node, ast.ImportFrom) and str(node.module).partition(".")[0] == "chatbot":
            yield from (alias.asname or alias.name for alias in node.names if alias.name[0].isupper())


def annotations(public):
    """The annotations of a class's public attributes, properties and methods."""
    (definition,) = ast.parse(inspect.getsource(public)).body
    assert isinstance(definition, ast.ClassDef)
    for node in definition.body:
        name = str(getattr(node, "name", None) or getattr(getattr(node, "target", None), "id", "_"))
        if name.startswith("_") and name != "__init__":
            continue
        if isinstance(node, ast.AnnAssign):
            yield node.annotation
        elif isinstance(node, ast.FunctionDef):
            arguments = [
                *node.args.posonlyargs,
                *node.args.args,
                *node.args.kwonlyargs,
                node.args.vararg,
                node.args.kwarg,
            ]
            yield from filter(None, [node.returns, *(argument.annotation for argument in arguments if argument)])


@pytest.mark.parametrize("name", chatbot.__all__)
def test_every_name_can_be_imported(name):
    """Each name of `__all__` is there, and belongs to this package."""
    exported = getattr(chatbot, name)
    assert exported.__module__.partition(".")[0] == "chatbot"


def test_names_are_sorted_and_unique():
    """`__all__` lists each name once, in alphabetical order."""
    assert chatbot.__all__ == sorted(set(chatbot.__all__))


def test_star_import():
    """`from chatbot import *` gives the names of `__all__`."""
    names: dict[str, object] = {}
    exec("from chatbot import *", names)  # noqa: S102
    assert set(chatbot.__all__) <= names.keys()


def test_nothing_is_loaded_before_it_is_used():
    """Importing the package is next to nothing, so that Ctrl-C finds a command that can end quietly."""
    code = "import sys, chatbot; print([name for name in sys.modules if name.startswith('chatbot.')])"
    assert subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout == "[]\n"  # noqa: S603


def test_an_unknown_name():
    """Another name is an AttributeError that names it."""
    with pytest.raises(AttributeError, match="'chatbot' has no attribute 'Chatbox'"):
        _ = chatbot.Chatbox


@pytest.mark.parametrize("name", chatbot.__all__)
def test_classes_in_signatures_are_exported(name):
    """Whoever annotates with the types of our public signatures finds them in `chatbot`."""
    public = getattr(chatbot, name)
    known = set(classes_known_to(sys.modules[public.__module__]))
    used = {
        node.id for annotation in annotations(public) for node in ast.walk(annotation) if isinstance(node, ast.Name)
    }
    assert used & known <= INTERNAL | set(chatbot.__all__)
