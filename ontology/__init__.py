"""What can be said: records, terms and vocabularies. Imports nothing of the other packages."""
