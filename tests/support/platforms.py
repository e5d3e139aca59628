"""Markers for tests of what only some systems have; the rest of a module runs on all of them."""

import os
import sys

import pytest

posix = pytest.mark.skipif(os.name == "nt", reason="Windows has no such signals, shells, terminals or file modes")
linux = pytest.mark.skipif(sys.platform != "linux", reason="elsewhere a command line is text, and so is a path")
