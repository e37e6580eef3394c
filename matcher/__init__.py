"""The engine: needs and experts in, ranked and explained matches out. Knows no Flask and no database session."""
