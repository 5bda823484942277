-- What each role sees: a view per role, and nothing beside it.

CREATE VIEW for_sales AS
SELECT customer_id, name, count(order_no) AS orders, sum(fen) / 100.0 AS yuan, max(day) AS last_order
FROM customer JOIN account USING (customer_id) LEFT JOIN purchase USING (account_no)
GROUP BY customer_id;

CREATE VIEW for_service AS
SELECT customer_id, name, phone, street,
    (SELECT count(*) FROM account a JOIN purchase p USING (account_no)
     WHERE a.customer_id = c.customer_id) AS orders,
    (SELECT count(*) FROM ticket t
     WHERE t.customer_id = c.customer_id AND state = 'open') AS open_tickets
FROM customer AS c;

CREATE VIEW for_marketing AS
SELECT customer_id, email, max(day) AS last_order
FROM customer JOIN account USING (customer_id) JOIN purchase USING (account_no)
WHERE email IS NOT NULL
GROUP BY customer_id;

CREATE VIEW for_analysis AS          -- no name, no telephone, no address
SELECT customer_id, substr(born, 1, 4) AS born_in, system, day, fen
FROM customer JOIN account USING (customer_id) JOIN purchase USING (account_no);

CREATE VIEW for_data AS              -- whoever looks after the data: what was refused, and why
SELECT file, reason, count(*) AS lines, sum(fen) / 100.0 AS yuan
FROM reject GROUP BY file, reason;
