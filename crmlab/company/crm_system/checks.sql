-- The requirements, as queries: each returns the rows that break it, so an empty answer is good.

-- check: every order of a control total is in the database or explained
SELECT system, orders, (SELECT count(*) FROM purchase JOIN account a USING (account_no)
                        WHERE a.system = s.system) AS moved
FROM source_system AS s
WHERE orders <> moved + (SELECT count(*) FROM reject
                         WHERE file LIKE s.system || '_orders%' AND reason <> 'sent twice');

-- check: money agrees with the control totals to the cent
SELECT system, fen, (SELECT coalesce(sum(p.fen), 0) FROM purchase p JOIN account a USING (account_no)
                     WHERE a.system = s.system) AS moved
FROM source_system AS s
WHERE fen <> moved;

-- check: every account is in the database or explained
SELECT system, accounts, (SELECT count(*) FROM account a WHERE a.system = s.system) AS moved
FROM source_system AS s
WHERE accounts <> moved + (SELECT count(*) FROM reject
                           WHERE file LIKE s.system || '_people%' AND reason <> 'sent twice');

-- check: every customer has an account
SELECT customer_id FROM customer
WHERE customer_id NOT IN (SELECT customer_id FROM account);

-- check: nobody stands there twice with name, telephone and date of birth
SELECT name, phone, born, count(*) AS times FROM customer
WHERE phone IS NOT NULL AND born IS NOT NULL
GROUP BY name, phone, born HAVING count(*) > 1;

-- check: money back is for a closed ticket
SELECT ticket_id FROM goodwill JOIN ticket USING (ticket_id) WHERE state <> 'closed';
