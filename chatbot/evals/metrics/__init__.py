"""One turn judged, and the metrics of a run with their confidence."""
