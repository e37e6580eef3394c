"""Verbs: what the pages and the command line ask for, without knowing how it is shown."""
