-- What they bought; and the lines that we could not take.

CREATE TABLE purchase (
    order_no   TEXT PRIMARY KEY,
    account_no TEXT NOT NULL REFERENCES account,
    day        TEXT NOT NULL CHECK (day IS date(day, '+0 days')),
    fen        INTEGER NOT NULL      -- negative: money back
) STRICT;

CREATE INDEX purchase_account ON purchase (account_no);

CREATE TABLE reject (
    file   TEXT NOT NULL,
    line   INTEGER NOT NULL,
    number TEXT,                     -- of the account or order, where it can be read
    reason TEXT NOT NULL CHECK (reason <> ''),
    fen    INTEGER,                  -- what is lost by it; NULL where it cannot be read
    text   TEXT NOT NULL,            -- the line as it came
    PRIMARY KEY (file, line)
) STRICT;
