-- Numbers have patterns, so that texts of two series could be the same: a number is given once, whatever its series.
-- And a series may begin with another number than 1, until its first document.

ALTER TABLE number_series ADD COLUMN first_number INTEGER NOT NULL DEFAULT 1;

-- The text of documents that are there already: none of it is changed, only said a second time.
DROP TRIGGER invoice_no_update;
DROP TRIGGER invoice_no_replace;

ALTER TABLE invoice ADD COLUMN number TEXT NOT NULL DEFAULT '';
UPDATE invoice SET number = CASE WHEN series = '' THEN '' ELSE series || '-' END || printf('%04d', sequence);
CREATE UNIQUE INDEX invoice_by_number ON invoice (org_id, number);

CREATE TRIGGER invoice_no_update BEFORE UPDATE ON invoice
BEGIN SELECT RAISE(ABORT, 'rows of invoice are final'); END;

CREATE TRIGGER invoice_no_replace BEFORE INSERT ON invoice
WHEN EXISTS (SELECT 1 FROM invoice AS n WHERE (n.org_id = NEW.org_id AND n.id = NEW.id) OR (n.org_id = NEW.org_id AND n.series = NEW.series AND n.sequence = NEW.sequence) OR (n.org_id = NEW.org_id AND n.number = NEW.number) OR n.code_hash = NEW.code_hash)
BEGIN SELECT RAISE(ABORT, 'rows of invoice are final'); END;

-- An organisation has several payee accounts. What is done with them after they were entered: a second person agreed, one is
-- preferred, one has ended. The ledger says all of it, too.
CREATE TABLE payee_act (
    org_id BLOB NOT NULL,
    ledger_position INTEGER NOT NULL,
    account_id BLOB NOT NULL,
    act TEXT NOT NULL,
    PRIMARY KEY (org_id, ledger_position)
) STRICT;

CREATE TRIGGER payee_act_no_update BEFORE UPDATE ON payee_act
BEGIN SELECT RAISE(ABORT, 'rows of payee_act are final'); END;

CREATE TRIGGER payee_act_no_delete BEFORE DELETE ON payee_act
BEGIN SELECT RAISE(ABORT, 'rows of payee_act are final'); END;

CREATE TRIGGER payee_act_no_replace BEFORE INSERT ON payee_act
WHEN EXISTS (SELECT 1 FROM payee_act AS n WHERE n.org_id = NEW.org_id AND n.ledger_position = NEW.ledger_position)
BEGIN SELECT RAISE(ABORT, 'rows of payee_act are final'); END;
