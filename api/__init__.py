"""The ways in: the command line, and later HTTP. Imports all the other packages."""
