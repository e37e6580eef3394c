"""Pages: an expert's own profile, works, availability, and the needs that fit."""
