"""A short part of the fuzzing (`evals/fuzz.py`), and that it finds what is wrong."""

import pytest


@pytest.mark.parametrize("check", ["check_article", "check_file"])
def test_some_seeds(script, check):
    """Articles and files made by chance keep every promise."""
    fuzz = script("fuzz")
    found = {seed: fuzz.fault(getattr(fuzz, check), seed, 20.0) for seed in range(60)}
    assert {seed: what for seed, what in found.items() if what} == {}


def test_a_lent_number_is_found(script, monkeypatch):
    """Were all lists one, numbers would be lent from another chapter, and the fuzzing says so."""
    fuzz = script("fuzz")
    monkeypatch.setattr("chatbot.documents.scopes._joined", lambda lists: [lists] if lists else [])
    assert any("borrows" in (fuzz.fault(fuzz.check_article, seed, 20.0) or "") for seed in range(30))


def test_a_marker_that_is_not_read_is_found(script, monkeypatch):
    """Without the style that an article uses, its citations would not be read."""
    fuzz = script("fuzz")
    monkeypatch.setattr("chatbot.documents.citations._weight", lambda markers: -len(markers))
    assert any("is not read" in (fuzz.fault(fuzz.check_article, seed, 20.0) or "") for seed in range(60))


def test_other_bytes_are_found(script):
    """The hash of some seeds is that of what comes out of them."""
    fuzz = script("fuzz")
    seeds = range(3)
    assert fuzz.digest(str, seeds) == fuzz.digest(str, seeds) != fuzz.digest(hex, seeds)


def test_what_takes_too_long_is_found(script):
    """A loop that never ends is a failure, not a hang."""

    def endless(_):
        while True:
            pass

    assert "takes longer than 0.1 s" in script("fuzz").fault(endless, 0, 0.1)
