"""The programme report of a manager's jurisdiction: figures, the rows behind each, charts, Excel and PDF."""
