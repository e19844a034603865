"""How good the local engine is: on files, on the published sets, on this desk's own closed tickets."""
