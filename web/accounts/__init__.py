"""Accounts: registration, sign-in, second factor, and the person's own settings."""
