"""What all tests share."""

import os

from hypothesis import settings

settings.register_profile("untimed", deadline=None)  # how long an example takes says nothing on a busy machine
settings.load_profile("untimed")

for name in ("GITHUB_ACTIONS", "GITHUB_STEP_SUMMARY"):  # or else the evals of the tests would be reported as CI's own
    os.environ.pop(name, None)

pytest_plugins = ["pytester"]  # pytest that runs pytest: tests/test_pytest_plugin.py
