"""The design system's own page: tokens and every component, from which all other pages are built."""
