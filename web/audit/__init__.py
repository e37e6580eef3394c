"""The audit trail for managers and administrators."""
