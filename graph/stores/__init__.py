"""The assembled graph in, stores that answer SPARQL and Cypher out: disposable projections of the ledger."""
