"""Question sets in our own format: cases, their gold, and what is wrong with them."""
