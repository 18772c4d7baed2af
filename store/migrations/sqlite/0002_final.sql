-- Issued is final (law 1): what these tables hold is never changed or removed, not even by this program.
-- The third trigger of each table is there because INSERT OR REPLACE removes rows without asking the second.

CREATE TRIGGER invoice_no_update BEFORE UPDATE ON invoice
BEGIN SELECT RAISE(ABORT, 'rows of invoice are final'); END;

CREATE TRIGGER invoice_no_delete BEFORE DELETE ON invoice
BEGIN SELECT RAISE(ABORT, 'rows of invoice are final'); END;

CREATE TRIGGER invoice_no_replace BEFORE INSERT ON invoice
WHEN EXISTS (SELECT 1 FROM invoice AS n WHERE (n.org_id = NEW.org_id AND n.id = NEW.id) OR (n.org_id = NEW.org_id AND n.series = NEW.series AND n.sequence = NEW.sequence) OR n.code_hash = NEW.code_hash)
BEGIN SELECT RAISE(ABORT, 'rows of invoice are final'); END;

CREATE TRIGGER payment_no_update BEFORE UPDATE ON payment
BEGIN SELECT RAISE(ABORT, 'rows of payment are final'); END;

CREATE TRIGGER payment_no_delete BEFORE DELETE ON payment
BEGIN SELECT RAISE(ABORT, 'rows of payment are final'); END;

CREATE TRIGGER payment_no_replace BEFORE INSERT ON payment
WHEN EXISTS (SELECT 1 FROM payment AS n WHERE n.org_id = NEW.org_id AND n.id = NEW.id)
BEGIN SELECT RAISE(ABORT, 'rows of payment are final'); END;

CREATE TRIGGER document_file_no_update BEFORE UPDATE ON document_file
BEGIN SELECT RAISE(ABORT, 'rows of document_file are final'); END;

CREATE TRIGGER document_file_no_delete BEFORE DELETE ON document_file
BEGIN SELECT RAISE(ABORT, 'rows of document_file are final'); END;

CREATE TRIGGER document_file_no_replace BEFORE INSERT ON document_file
WHEN EXISTS (SELECT 1 FROM document_file AS n WHERE n.org_id = NEW.org_id AND n.invoice_id = NEW.invoice_id AND n.kind = NEW.kind)
BEGIN SELECT RAISE(ABORT, 'rows of document_file are final'); END;

CREATE TRIGGER payee_account_no_update BEFORE UPDATE ON payee_account
BEGIN SELECT RAISE(ABORT, 'rows of payee_account are final'); END;

CREATE TRIGGER payee_account_no_delete BEFORE DELETE ON payee_account
BEGIN SELECT RAISE(ABORT, 'rows of payee_account are final'); END;

CREATE TRIGGER payee_account_no_replace BEFORE INSERT ON payee_account
WHEN EXISTS (SELECT 1 FROM payee_account AS n WHERE n.org_id = NEW.org_id AND n.id = NEW.id)
BEGIN SELECT RAISE(ABORT, 'rows of payee_account are final'); END;

CREATE TRIGGER ledger_entry_no_update BEFORE UPDATE ON ledger_entry
BEGIN SELECT RAISE(ABORT, 'rows of ledger_entry are final'); END;

CREATE TRIGGER ledger_entry_no_delete BEFORE DELETE ON ledger_entry
BEGIN SELECT RAISE(ABORT, 'rows of ledger_entry are final'); END;

CREATE TRIGGER ledger_entry_no_replace BEFORE INSERT ON ledger_entry
WHEN EXISTS (SELECT 1 FROM ledger_entry AS n WHERE n.org_id = NEW.org_id AND n.position = NEW.position)
BEGIN SELECT RAISE(ABORT, 'rows of ledger_entry are final'); END;

CREATE TRIGGER ledger_node_no_update BEFORE UPDATE ON ledger_node
BEGIN SELECT RAISE(ABORT, 'rows of ledger_node are final'); END;

CREATE TRIGGER ledger_node_no_delete BEFORE DELETE ON ledger_node
BEGIN SELECT RAISE(ABORT, 'rows of ledger_node are final'); END;

CREATE TRIGGER ledger_node_no_replace BEFORE INSERT ON ledger_node
WHEN EXISTS (SELECT 1 FROM ledger_node AS n WHERE n.org_id = NEW.org_id AND n.level = NEW.level AND n.position = NEW.position)
BEGIN SELECT RAISE(ABORT, 'rows of ledger_node are final'); END;

CREATE TRIGGER ledger_checkpoint_no_update BEFORE UPDATE ON ledger_checkpoint
BEGIN SELECT RAISE(ABORT, 'rows of ledger_checkpoint are final'); END;

CREATE TRIGGER ledger_checkpoint_no_delete BEFORE DELETE ON ledger_checkpoint
BEGIN SELECT RAISE(ABORT, 'rows of ledger_checkpoint are final'); END;

CREATE TRIGGER ledger_checkpoint_no_replace BEFORE INSERT ON ledger_checkpoint
WHEN EXISTS (SELECT 1 FROM ledger_checkpoint AS n WHERE n.org_id = NEW.org_id AND n.size = NEW.size)
BEGIN SELECT RAISE(ABORT, 'rows of ledger_checkpoint are final'); END;
