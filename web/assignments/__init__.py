"""Assignments: their pages, days of service, parts by mode, calendar and certificates."""
