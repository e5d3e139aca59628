"""From a question to a reply: candidates, features, ranking, the threshold, and the routes of a message."""
