"""The ways in: the command line and HTTP. Imports all the other packages."""
