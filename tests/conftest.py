"""What all tests share."""

from hypothesis import settings

settings.register_profile("untimed", deadline=None)  # how long an example takes says nothing on a busy machine
settings.load_profile("untimed")

pytest_plugins = ["pytester"]  # pytest that runs pytest: tests/test_pytest_plugin.py
