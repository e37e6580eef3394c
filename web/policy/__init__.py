"""Modes and rules: a public page of what holds, and the administrator's pages that change it."""
