"""Words: terms and stems, word frequencies, spelling, and synonyms."""
