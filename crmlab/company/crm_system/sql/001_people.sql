-- Who our customers are, and which account in which system is whose.
-- Dates: date() gives another day, or NULL, for one that does not exist; IS takes NULL for a value,
-- where = would let it pass.

CREATE TABLE source_system (
    system   TEXT PRIMARY KEY,
    accounts INTEGER NOT NULL,       -- the control totals: what the system's own screen shows
    orders   INTEGER NOT NULL,
    fen      INTEGER NOT NULL        -- money is whole fen, 1/100 yuan: sums are exact
) STRICT;

CREATE TABLE customer (
    customer_id TEXT PRIMARY KEY,
    name        TEXT NOT NULL CHECK (trim(name) <> ''),
    phone       TEXT CHECK (length(phone) = 11 AND phone NOT GLOB '*[^0-9]*'),
    born        TEXT CHECK (born IS date(born, '+0 days') AND born > '1905'),
    street      TEXT,
    email       TEXT CHECK (email LIKE '_%@_%._%'),
    updated     TEXT NOT NULL CHECK (updated IS date(updated, '+0 days'))
) STRICT;

CREATE TABLE account (
    account_no  TEXT PRIMARY KEY,
    system      TEXT NOT NULL REFERENCES source_system,
    customer_id TEXT NOT NULL REFERENCES customer,
    opened      TEXT NOT NULL CHECK (opened IS date(opened, '+0 days'))
) STRICT;

CREATE INDEX account_customer ON account (customer_id);
