-- Places, forgiveness, upkeep; the audit names accounts by pseudonyms.

ALTER TABLE exports ADD COLUMN waiting_since INTEGER;
ALTER TABLE exports ADD COLUMN waiting_until INTEGER;
ALTER TABLE exports ADD COLUMN forgiven INTEGER NOT NULL DEFAULT 0;
ALTER TABLE exports ADD COLUMN deadline INTEGER; -- when its state passes by itself

UPDATE exports SET deadline = CASE state
    WHEN 'pending' THEN confirm_by
    WHEN 'confirmed' THEN start_by
    WHEN 'processing' THEN run_by
    WHEN 'completed' THEN available_until
END;

CREATE INDEX exports_leased ON exports (lease_until) WHERE lease IS NOT NULL;
CREATE INDEX exports_waiting ON exports (waiting_since) WHERE waiting_since IS NOT NULL;
CREATE INDEX exports_due ON exports (deadline) WHERE deadline IS NOT NULL;
CREATE INDEX exports_changed ON exports (changed_at);

-- `*` in a view is what it was when the view was made.
DROP VIEW exports_with_mail;
CREATE VIEW exports_with_mail AS
SELECT exports.*, (
    SELECT outbox.state FROM outbox
    WHERE outbox.export = exports.id AND outbox.kind = 'confirmation'
    ORDER BY outbox.id DESC LIMIT 1
) AS mail
FROM exports;

-- Accounts stood here as they are; from now on as a keyed hash.
UPDATE audit SET account = '';
ALTER TABLE audit ADD COLUMN code TEXT; -- why it ended
CREATE INDEX audit_by_time ON audit (at);
CREATE INDEX audit_by_account ON audit (account);

-- What holds for the counter as a whole: `alive_at` (its last sign of life), `paused`, `not_before` (after a restore), `is_backup`.
CREATE TABLE facts (
    name  TEXT PRIMARY KEY,
    value INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
