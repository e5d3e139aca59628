"""How an article was understood, what can be found in it, and look-ups without a question."""
