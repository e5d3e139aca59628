"""OpenSearch as the engine of a collection: shared by many servers, on one machine or on many."""
