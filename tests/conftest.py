"""What all tests share."""

import atexit
import os
import shutil
import tempfile

from hypothesis import settings

os.environ.pop("COVERAGE_PROCESS_START", None)  # .ci/run measures this process, not the many that it starts

for name in ("GITHUB_ACTIONS", "GITHUB_STEP_SUMMARY"):  # where they are set, every run of ours would tell GitHub
    os.environ.pop(name, None)

_folder = tempfile.mkdtemp(prefix="chatbot-tests-")  # no test reads or writes the cache of the user who runs it
atexit.register(shutil.rmtree, _folder, ignore_errors=True)
os.environ["XDG_CACHE_HOME"] = _folder

settings.register_profile("untimed", deadline=None)  # how long an example takes says nothing on a busy machine
settings.load_profile("untimed")

pytest_plugins = ["pytester"]  # pytest that runs pytest: tests/evals/test_pytest_plugin.py
