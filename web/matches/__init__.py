"""Pages: the ranked experts of a need, why and why not, comparison, short list, and an expert's public part."""
