-- The walls of PostgreSQL, raised by the owner of the tables after the migrations, at every start: a table of any
-- migration is behind them, and nothing is touched that is as it should be. docs/design/postgres-role.md says why.
DO $walls$
DECLARE
    t record;
    role text := nullif(current_setting('counterfoil.role', true), '');
    wanted text;
    granted text;
BEGIN
    -- Servers that start at once take turns.
    PERFORM pg_advisory_xact_lock(hashtext('counterfoil walls'));

    FOR t IN
        SELECT c.oid, c.relname AS name, c.relrowsecurity AND c.relforcerowsecurity AS walled,
               EXISTS (SELECT 1 FROM pg_trigger g JOIN pg_proc p ON p.oid = g.tgfoid
                       WHERE g.tgrelid = c.oid AND p.proname = 'refuse_change') AS final
        FROM pg_class c
        WHERE c.relnamespace = current_schema()::regnamespace AND c.relkind = 'r'
          AND pg_has_role(current_user, c.relowner, 'USAGE')
          AND EXISTS (SELECT 1 FROM pg_attribute a WHERE a.attrelid = c.oid AND a.attname = 'org_id')
        ORDER BY c.relname
    LOOP
        IF NOT t.walled THEN
            EXECUTE format('ALTER TABLE %I ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY', t.name);
            EXECUTE format('CREATE POLICY organisation ON %I USING '
                '(org_id = decode(current_setting(''counterfoil.organisation'', true), ''hex''))', t.name);
            -- For migrations and pg_dump, by the owner only, and only when it says so.
            EXECUTE format('CREATE POLICY owner ON %I TO CURRENT_USER USING '
                '(current_setting(''counterfoil.every_row'', true) = ''on'')', t.name);
        END IF;
        -- What is final is added to and read; keys are never removed.
        wanted := CASE WHEN t.final THEN 'INSERT, SELECT'
                       WHEN t.name LIKE 'organisation\_key%' THEN 'INSERT, SELECT, UPDATE'
                       ELSE 'DELETE, INSERT, SELECT, UPDATE' END;
        SELECT string_agg(a.privilege_type, ', ' ORDER BY a.privilege_type) INTO granted
        FROM pg_class c, aclexplode(c.relacl) a
        WHERE c.oid = t.oid AND pg_get_userbyid(a.grantee) = role;
        IF role <> current_user AND granted IS DISTINCT FROM wanted THEN
            EXECUTE format('REVOKE ALL ON %I FROM %I', t.name, role);
            EXECUTE format('GRANT %s ON %I TO %I', wanted, t.name, role);
        END IF;
    END LOOP;

    IF role <> current_user AND NOT has_table_privilege(role, '_sqlx_migrations', 'SELECT') THEN
        EXECUTE format('GRANT SELECT ON _sqlx_migrations TO %I', role);
    END IF;

    -- The few looks beyond one organisation. Each sees the rows that it is for, and changes none.
    FOR t IN
        SELECT * FROM (VALUES
            ('invoice', 'by_code', 'code_hash = decode(current_setting(''counterfoil.key'', true), ''hex'')'),
            ('document_file', 'by_digest', 'sha256 = decode(current_setting(''counterfoil.key'', true), ''hex'')'),
            ('e_invoice', 'by_digest', 'digest_index = decode(current_setting(''counterfoil.key'', true), ''hex'')'),
            ('portal_link', 'by_secret', 'secret_hash = decode(current_setting(''counterfoil.key'', true), ''hex'')'),
            ('portal_session', 'by_token', 'token_hash = decode(current_setting(''counterfoil.key'', true), ''hex'')'),
            ('membership', 'of_person', 'person_id = decode(current_setting(''counterfoil.key'', true), ''hex'')'),
            ('organisation', 'directory', 'current_setting(''counterfoil.scope'', true) = ''directory'''),
            ('organisation_key', 'directory', 'current_setting(''counterfoil.scope'', true) = ''directory'''),
            ('outbox', 'by_id', 'id = decode(current_setting(''counterfoil.key'', true), ''hex'')'),
            ('outbox', 'waiting', 'state = ''waiting'' AND current_setting(''counterfoil.scope'', true) = ''outbox''')
        ) AS look_up (name, policy, condition)
    LOOP
        IF NOT EXISTS (SELECT 1 FROM pg_policies
                       WHERE schemaname = current_schema() AND tablename = t.name AND policyname = t.policy) THEN
            EXECUTE format('CREATE POLICY %I ON %I FOR SELECT USING (%s)', t.policy, t.name, t.condition);
        END IF;
    END LOOP;
END
$walls$
