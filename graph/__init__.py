"""Records in, a graph that can be asked out: ledger, assembly, projections and traces."""
