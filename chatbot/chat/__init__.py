"""The interactive chat and its piped form."""
