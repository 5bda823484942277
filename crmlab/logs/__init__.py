"""Data in: read, check and summarise a log of transactions, of any data-frame engine.

1. `reading`: a file or a frame becomes a checked log. `files` opens what lies on the disk,
   `columns` finds who, when and how much, `parsing` reads dates and amounts that came as text,
   `rejection` lists the rows that cannot be used.
2. `summary`: a checked log becomes one row per customer.

```
files, columns, parsing, rejection ─▶ reading ─▶ log
                  frames, columns ─▶ summary ─▶ customer table
```

Written once, on Narwhals (`frames`); the heavy work runs in the engine that holds the data.
"""
