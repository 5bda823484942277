"""A small CRM that runs: the database of Harbour Coffee, and the move into it.

```
sql/001 … 004      the schema, a script per step: people, orders, service, views per role
checks.sql         the requirements, each as a query that returns the rows that break it
trials.sql         rows that have to be refused
spelling           one name in three spellings, brought to one form
database           open, bring up to date, check, transactions, what a role may read
delivery           read what the systems hand over: rows that are taken, lines that are refused
quality            five dimensions of data quality
moving             merge accounts to customers, and move; a second run does no harm
```

Read the SQL first: it is the design. Everything else is there to fill and to guard it.
"""

from crmlab.company.crm_system.database import (
    ROLES,
    check,
    connect,
    count,
    insert,
    open_as,
    order_of_tables,
    put_examples,
    read_sql,
    rehearsal,
    requirements,
    script,
    transaction,
    trials,
    try_rows,
    upgrade,
)
from crmlab.company.crm_system.delivery import SPELLINGS, Delivery, read, tidy_accounts
from crmlab.company.crm_system.moving import join, merge, move
from crmlab.company.crm_system.quality import scorecard
from crmlab.company.crm_system.spelling import name_key, street_key

__all__ = [
    "ROLES",
    "SPELLINGS",
    "Delivery",
    "check",
    "connect",
    "count",
    "insert",
    "join",
    "merge",
    "move",
    "name_key",
    "open_as",
    "order_of_tables",
    "put_examples",
    "read",
    "read_sql",
    "rehearsal",
    "requirements",
    "scorecard",
    "script",
    "street_key",
    "tidy_accounts",
    "transaction",
    "trials",
    "try_rows",
    "upgrade",
]
