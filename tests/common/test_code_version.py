"""The version of code: other modules, another version."""

import os

from chatbot.common import code_version as module_of_it


def test_another_version_of_the_code(tmp_path, monkeypatch):
    """An edited module, or one that was installed again, is another version; libraries that are missing are none."""
    module = tmp_path / "chatbot" / "documents" / "inner" / "parser.py"
    module.parent.mkdir(parents=True)
    module.write_text("1")
    os.utime(module, ns=(1, 1))
    monkeypatch.setattr(module_of_it, "__file__", str(tmp_path / "chatbot" / "common" / "code_version.py"))
    version = module_of_it.code_version.__wrapped__
    first = version(("documents",), ("nowhere",))
    assert first == version(("documents",), ())
    assert first != version(("documents",), ("numpy",))
    os.utime(module, ns=(2, 2))
    assert first != version(("documents",), ())
