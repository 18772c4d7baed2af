-- The e-invoices of a document are known by their fingerprint, as its PDF is: a customer who was sent one alone can look it
-- up. The fingerprint is kept under the installation's key: nothing in an e-invoice is random, so by its bare digest a
-- thief of the database could try out what it says. What a row leads to is proven by the ledger, not by the row.

CREATE TABLE e_invoice (
    org_id BLOB NOT NULL,
    invoice_id BLOB NOT NULL,
    digest_index BLOB NOT NULL,
    PRIMARY KEY (org_id, invoice_id, digest_index)
) STRICT;
CREATE INDEX e_invoice_by_digest ON e_invoice (digest_index);

CREATE TRIGGER e_invoice_no_update BEFORE UPDATE ON e_invoice
BEGIN SELECT RAISE(ABORT, 'rows of e_invoice are final'); END;

CREATE TRIGGER e_invoice_no_delete BEFORE DELETE ON e_invoice
BEGIN SELECT RAISE(ABORT, 'rows of e_invoice are final'); END;

CREATE TRIGGER e_invoice_no_replace BEFORE INSERT ON e_invoice
WHEN EXISTS (SELECT 1 FROM e_invoice AS n WHERE n.org_id = NEW.org_id AND n.invoice_id = NEW.invoice_id AND n.digest_index = NEW.digest_index)
BEGIN SELECT RAISE(ABORT, 'rows of e_invoice are final'); END;
