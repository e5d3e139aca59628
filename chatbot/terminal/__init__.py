"""Replies and look-ups as styled text for a terminal."""
