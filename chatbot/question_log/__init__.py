"""The log of questions a server may keep, and the gaps it shows."""
