"""Text in, records out: one article at a time. The one home of spaCy."""
