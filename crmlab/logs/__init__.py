"""Data in: read, check and summarise a log of transactions, of any data-frame engine.

1. `reading`: a file or a frame becomes a checked log. `files` opens what lies on the disk
   (`containers` tells what it is, `headers` where its header stands), `roles` finds who, when
   and how much (`exports` knows those of shops), `parsing` reads dates and amounts that came as
   text, `rejection` lists the rows that cannot be used, `repeats` tells those that are equal.
2. `summary`: a checked log becomes one row per customer.
3. `update`: a customer table brought forward by new rows. `spark` starts the engine of that name.
4. `baskets`: lines of orders become baskets to judge a recommender on, in pandas.
5. `sequences`: events become pairs, what comes after what, in pandas.
6. `offline`: edits made without a network are put together, in pandas.
7. `extracts`: who can be found in an extract without names, in pandas.

```
containers, headers ─▶ files
exports ─▶ roles
engines, files, roles, parsing, rejection, repeats ─▶ reading ─▶ log
                            engines, roles ─▶ summary ─▶ customer table ◀─▶ update
```

Written once, on Narwhals (`engines`); the heavy work runs in the engine that holds the data.
"""
