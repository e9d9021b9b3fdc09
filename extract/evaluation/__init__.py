"""Gold articles and public test sets in, scores out: how good the reading is, and where it misses."""
