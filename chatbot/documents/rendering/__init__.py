"""A document as a reader of the rendered page sees it: a tree of elements whose leaves are places in its text."""

from chatbot.documents.rendering.nodes import Element, Leaf, Node, as_lists
from chatbot.documents.rendering.tree import rendered

__all__ = ["Element", "Leaf", "Node", "as_lists", "rendered"]
