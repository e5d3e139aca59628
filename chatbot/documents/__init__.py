"""From text to a `Document`: one unaltered text, and spans that point into it. Knows nothing of questions."""
