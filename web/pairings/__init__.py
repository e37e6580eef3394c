"""Invitations and applications, and the page on which every side of a pairing acts."""
