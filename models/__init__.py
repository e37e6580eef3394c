"""The domain: typed records, state machines and policy rules. Knows no Flask and no machine learning."""
