"""Treebanks and entity sets go in, the shipped pipeline of `extract/model/` comes out."""
