-- Numbers have patterns, so that texts of two series could be the same: a number is given once, whatever its series.
-- And a series may begin with another number than 1, until its first document.

ALTER TABLE number_series ADD COLUMN first_number BIGINT NOT NULL DEFAULT 1;

-- The text of documents that are there already: none of it is changed, only said a second time.
ALTER TABLE invoice ADD COLUMN number TEXT NOT NULL DEFAULT '';
ALTER TABLE invoice DISABLE TRIGGER invoice_final;
UPDATE invoice SET number = CASE WHEN series = '' THEN '' ELSE series || '-' END
    || lpad(sequence::TEXT, greatest(4, length(sequence::TEXT)), '0');
ALTER TABLE invoice ENABLE TRIGGER invoice_final;
CREATE UNIQUE INDEX invoice_by_number ON invoice (org_id, number);

-- An organisation has several payee accounts. What is done with them after they were entered: a second person agreed, one is
-- preferred, one has ended. The ledger says all of it, too.
CREATE TABLE payee_act (
    org_id BYTEA NOT NULL,
    ledger_position BIGINT NOT NULL,
    account_id BYTEA NOT NULL,
    act TEXT NOT NULL,
    PRIMARY KEY (org_id, ledger_position)
);

CREATE TRIGGER payee_act_final BEFORE UPDATE OR DELETE ON payee_act
    FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER payee_act_whole BEFORE TRUNCATE ON payee_act
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
