"""The board of pairings, their approval one by one or many at once, deputies, and managers' own interests."""
