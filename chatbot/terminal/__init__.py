"""Replies, look-ups and article reports as styled text for a terminal."""
