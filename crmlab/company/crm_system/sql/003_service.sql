-- What the service desk does: a ticket, and money given back for it.

CREATE TABLE ticket (
    ticket_id   INTEGER PRIMARY KEY,
    customer_id TEXT NOT NULL REFERENCES customer,
    topic       TEXT NOT NULL,
    state       TEXT NOT NULL DEFAULT 'open' CHECK (state IN ('open', 'closed'))
) STRICT;

CREATE TABLE goodwill (
    ticket_id INTEGER PRIMARY KEY REFERENCES ticket,
    fen       INTEGER NOT NULL CHECK (fen BETWEEN 1 AND 6000)
) STRICT;
