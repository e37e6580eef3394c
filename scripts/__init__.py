"""Thin command-line tools for developers."""
