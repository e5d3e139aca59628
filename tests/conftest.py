"""What all tests share."""

import os

from hypothesis import settings

os.environ.pop("COVERAGE_PROCESS_START", None)  # .ci/run measures this process, not the many that it starts

for name in ("GITHUB_ACTIONS", "GITHUB_STEP_SUMMARY"):  # where they are set, every run of ours would tell GitHub
    os.environ.pop(name, None)

settings.register_profile("untimed", deadline=None)  # how long an example takes says nothing on a busy machine
settings.load_profile("untimed")

pytest_plugins = ["pytester"]  # pytest that runs pytest: tests/evals/test_pytest_plugin.py
