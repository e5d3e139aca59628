"""The log of questions that a server may keep, and the gaps in an article that it shows."""
