-- Lists that stay quick with a hundred thousand documents. What a row of the list shows and is filtered by stands in
-- invoice_standing, which grows from what is settled to all that the list needs; the sums and the state are computed by
-- the database, so they cannot disagree. Buyer's name and words are sealed in summary_sealed.

ALTER TABLE invoice_standing RENAME TO invoice_standing_before;

CREATE TABLE invoice_standing (
    org_id BYTEA NOT NULL,
    invoice_id BYTEA NOT NULL,
    position BIGINT NOT NULL,
    series TEXT COLLATE "C" NOT NULL,
    sequence BIGINT NOT NULL,
    type_code TEXT NOT NULL,
    is_credit_note BIGINT NOT NULL,
    customer_id BYTEA,
    issue_date TEXT COLLATE "C" NOT NULL,
    due_date TEXT,
    currency TEXT NOT NULL,
    amount_due BIGINT NOT NULL,
    paid BIGINT NOT NULL,
    credited BIGINT NOT NULL,
    summary_sealed BYTEA,
    asked BIGINT NOT NULL GENERATED ALWAYS AS (CASE WHEN is_credit_note = 1 THEN -amount_due ELSE amount_due END) STORED,
    open_amount BIGINT NOT NULL GENERATED ALWAYS AS (
        CASE WHEN is_credit_note = 1 OR amount_due <= paid + credited THEN 0 ELSE amount_due - paid - credited END
    ) STORED,
    state TEXT NOT NULL GENERATED ALWAYS AS (
        CASE WHEN is_credit_note = 1 THEN 'credit_note'
             WHEN amount_due > paid + credited THEN 'open'
             WHEN credited > 0 AND paid = 0 THEN 'credited'
             ELSE 'paid' END
    ) STORED,
    due_order TEXT COLLATE "C" NOT NULL GENERATED ALWAYS AS (COALESCE(due_date, '9999-12-31')) STORED,
    PRIMARY KEY (org_id, invoice_id),
    UNIQUE (org_id, position)
);

INSERT INTO invoice_standing (org_id, invoice_id, position, series, sequence, type_code, is_credit_note, customer_id,
                              issue_date, due_date, currency, amount_due, paid, credited)
SELECT i.org_id, i.id, i.ledger_position, i.series, i.sequence, i.type_code,
       CASE WHEN i.type_code IN ('81', '83', '261', '262', '296', '308', '381', '396', '420', '458', '502', '503', '532')
            THEN 1 ELSE 0 END,
       i.customer_id, i.issue_date, i.due_date, i.currency, i.amount_due, COALESCE(s.paid, 0), COALESCE(s.credited, 0)
FROM invoice i
LEFT JOIN invoice_standing_before s ON s.org_id = i.org_id AND s.invoice_id = i.id;

DROP TABLE invoice_standing_before;

-- One for each order, with and without a state. What stands after the position makes the index hold a whole sum.
CREATE INDEX invoice_standing_by_issue ON invoice_standing (org_id, issue_date, position, currency, type_code, amount_due);
CREATE INDEX invoice_standing_by_due ON invoice_standing (org_id, due_order, position);
CREATE INDEX invoice_standing_by_amount ON invoice_standing (org_id, asked, position);
CREATE INDEX invoice_standing_by_number ON invoice_standing (org_id, series, sequence);
CREATE INDEX invoice_standing_in_state_by_issue ON invoice_standing (org_id, state, issue_date, position);
CREATE INDEX invoice_standing_in_state_by_due ON invoice_standing (org_id, state, due_order, position);
CREATE INDEX invoice_standing_in_state_by_amount ON invoice_standing (org_id, state, asked, position);
CREATE INDEX invoice_standing_in_state_by_number ON invoice_standing (org_id, state, series, sequence);
CREATE INDEX invoice_standing_of_customer ON invoice_standing (org_id, customer_id, issue_date, position);
CREATE INDEX invoice_standing_in_currency ON invoice_standing (org_id, currency);
CREATE INDEX invoice_standing_open ON invoice_standing (org_id, due_date, currency, type_code, open_amount, state)
    WHERE state = 'open';
CREATE INDEX invoice_standing_owed ON invoice_standing (org_id, customer_id, currency, open_amount, state)
    WHERE state = 'open';
CREATE INDEX invoice_standing_without_summary ON invoice_standing (org_id, invoice_id) WHERE summary_sealed IS NULL;

-- Sealed text is found by keyed hashes of its words.
CREATE TABLE search_word (
    org_id BYTEA NOT NULL,
    kind TEXT NOT NULL,
    word_index BYTEA NOT NULL,
    row_id BYTEA NOT NULL,
    PRIMARY KEY (org_id, kind, word_index, row_id)
);
-- Documents never change their words, and there are most of them.
CREATE INDEX search_word_of_row ON search_word (org_id, kind, row_id) WHERE kind <> 'invoice';

ALTER TABLE customer ADD COLUMN last_position BIGINT NOT NULL DEFAULT 0;
ALTER TABLE customer ADD COLUMN last_issue_date TEXT;
ALTER TABLE customer ADD COLUMN is_indexed BIGINT NOT NULL DEFAULT 0;
UPDATE customer SET
    last_position = COALESCE((SELECT MAX(s.position) FROM invoice_standing s
                              WHERE s.org_id = customer.org_id AND s.customer_id = customer.id), 0),
    last_issue_date = (SELECT MAX(s.issue_date) FROM invoice_standing s
                       WHERE s.org_id = customer.org_id AND s.customer_id = customer.id);
CREATE INDEX customer_by_time ON customer (org_id, created_at, id);
CREATE INDEX customer_by_last ON customer (org_id, last_position, id);
CREATE INDEX customer_not_indexed ON customer (org_id, id) WHERE is_indexed = 0;

ALTER TABLE draft ADD COLUMN is_indexed BIGINT NOT NULL DEFAULT 0;
CREATE INDEX draft_by_change ON draft (org_id, updated_at, id);
CREATE INDEX draft_of_customer ON draft (org_id, customer_id);
CREATE INDEX draft_not_indexed ON draft (org_id, id) WHERE is_indexed = 0;

CREATE TABLE product (
    org_id BYTEA NOT NULL,
    id BYTEA NOT NULL,
    product_sealed BYTEA NOT NULL,
    version BIGINT NOT NULL,
    is_archived BIGINT NOT NULL,
    created_at BIGINT NOT NULL,
    updated_at BIGINT NOT NULL,
    PRIMARY KEY (org_id, id)
);
CREATE INDEX product_by_time ON product (org_id, is_archived, created_at, id);
