-- Issued is final (law 1): what these tables hold is never changed or removed, not even by this program.

CREATE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'rows of % are final', TG_TABLE_NAME USING ERRCODE = 'integrity_constraint_violation';
END
$$;

CREATE TRIGGER invoice_final BEFORE UPDATE OR DELETE ON invoice
    FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER invoice_whole BEFORE TRUNCATE ON invoice
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();

CREATE TRIGGER payment_final BEFORE UPDATE OR DELETE ON payment
    FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER payment_whole BEFORE TRUNCATE ON payment
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();

CREATE TRIGGER document_file_final BEFORE UPDATE OR DELETE ON document_file
    FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER document_file_whole BEFORE TRUNCATE ON document_file
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();

CREATE TRIGGER payee_account_final BEFORE UPDATE OR DELETE ON payee_account
    FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER payee_account_whole BEFORE TRUNCATE ON payee_account
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();

CREATE TRIGGER ledger_entry_final BEFORE UPDATE OR DELETE ON ledger_entry
    FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER ledger_entry_whole BEFORE TRUNCATE ON ledger_entry
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();

CREATE TRIGGER ledger_node_final BEFORE UPDATE OR DELETE ON ledger_node
    FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER ledger_node_whole BEFORE TRUNCATE ON ledger_node
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();

CREATE TRIGGER ledger_checkpoint_final BEFORE UPDATE OR DELETE ON ledger_checkpoint
    FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER ledger_checkpoint_whole BEFORE TRUNCATE ON ledger_checkpoint
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
