-- The e-invoices of a document are known by their fingerprint, as its PDF is: a customer who was sent one alone can look it
-- up. The fingerprint is kept under the installation's key: nothing in an e-invoice is random, so by its bare digest a
-- thief of the database could try out what it says. What a row leads to is proven by the ledger, not by the row.

CREATE TABLE e_invoice (
    org_id BYTEA NOT NULL,
    invoice_id BYTEA NOT NULL,
    digest_index BYTEA NOT NULL,
    PRIMARY KEY (org_id, invoice_id, digest_index)
);
CREATE INDEX e_invoice_by_digest ON e_invoice (digest_index);

CREATE TRIGGER e_invoice_final BEFORE UPDATE OR DELETE ON e_invoice
    FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER e_invoice_whole BEFORE TRUNCATE ON e_invoice
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
