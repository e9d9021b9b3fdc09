"""The commands of the command line, by what they do; `api.cli` puts them together."""
