-- Rows that somebody writes one day, and that have to be refused. First some that are good.

-- given: a customer with an account and an order, and another customer of the same name
INSERT INTO source_system VALUES ('web', 1, 1, 9900);
INSERT INTO customer VALUES ('C1', 'Wang Wei', '12061234567', NULL, NULL, NULL, '2025-12-31');
INSERT INTO customer VALUES ('C2', 'Wang Wei', '12061234567', NULL, NULL, NULL, '2025-12-31');
INSERT INTO account VALUES ('W1', 'web', 'C1', '2025-12-31');
INSERT INTO purchase VALUES ('W-0', 'W1', '2025-12-31', 9900);

-- refuse: a name of blanks
INSERT INTO customer VALUES ('C3', ' ', NULL, NULL, NULL, NULL, '2025-12-31');

-- refuse: a telephone with a letter
INSERT INTO customer VALUES ('C3', 'Li Na', '1206l234567', NULL, NULL, NULL, '2025-12-31');

-- refuse: born on 30 February
INSERT INTO customer VALUES ('C3', 'Li Na', NULL, '1990-02-30', NULL, NULL, '2025-12-31');

-- refuse: an order of nobody
INSERT INTO purchase VALUES ('W-1', 'W9', '2025-12-31', 9900);

-- refuse: an amount in words
INSERT INTO purchase VALUES ('W-1', 'W1', '2025-12-31', 'ninety');

-- refuse: an order sent twice
INSERT INTO purchase VALUES ('W-0', 'W1', '2025-12-31', 9900);
