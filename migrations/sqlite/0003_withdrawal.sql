-- Withdrawal, every decision, and questions to the audit log, on SQLite. The file of the same number in ../postgres
-- says the same for PostgreSQL; what only one of the two needs is marked.

-- Taken back by its author. The status stays: the version was approved, and is used up.
ALTER TABLE releases ADD COLUMN yanked_at BIGINT;
ALTER TABLE releases ADD COLUMN yanked_reason TEXT;
CREATE INDEX releases_yanked ON releases (yanked_at) WHERE yanked_at IS NOT NULL;
CREATE INDEX releases_by_key ON releases (key_id);

-- Taken back by an operator. The subject is a SHA-256, `category/slug`, or a key's fingerprint. It is no foreign key:
-- a package or a key that is known to be bad may be blocked before it is sent here.
CREATE TABLE blocks (
    id            TEXT NOT NULL PRIMARY KEY,
    kind          TEXT NOT NULL,
    subject       TEXT NOT NULL,
    reason        TEXT NOT NULL,
    created_at    BIGINT NOT NULL,
    created_by    TEXT NOT NULL,
    lifted_at     BIGINT,
    lifted_by     TEXT,
    lifted_reason TEXT,
    CONSTRAINT blocks_kind_check CHECK (kind IN ('package', 'item', 'key'))
);
CREATE UNIQUE INDEX blocks_active_key ON blocks (kind, subject) WHERE lifted_at IS NULL;

-- The version of the revocation feed. 1 is what there was before it had one.
INSERT INTO revisions (name, value) VALUES ('revocations', 1);

-- Every decision: a release's own columns know only its last.
CREATE TABLE decisions (
    id         TEXT NOT NULL PRIMARY KEY,
    release_id TEXT NOT NULL,
    item_id    TEXT NOT NULL,
    status     TEXT NOT NULL,
    note       TEXT,
    decided_at BIGINT NOT NULL,
    decided_by TEXT NOT NULL,
    CONSTRAINT decisions_status_check CHECK (status IN ('approved', 'rejected', 'flagged')),
    CONSTRAINT decisions_release_fkey FOREIGN KEY (release_id) REFERENCES releases (id),
    CONSTRAINT decisions_item_fkey FOREIGN KEY (item_id) REFERENCES items (id)
);
CREATE INDEX decisions_by_item ON decisions (item_id, decided_at, id);
CREATE INDEX decisions_by_release ON decisions (release_id, id);
-- Those of before are in the audit log.
INSERT INTO decisions (id, release_id, item_id, status, note, decided_at, decided_by)
SELECT e.id, r.id, r.item_id, substr(e.action, 9), e.reason, e.at, e.actor
FROM audit_events e JOIN releases r ON r.id = json_extract(e.details, '$.submission')
WHERE e.action IN ('release.approved', 'release.rejected', 'release.flagged');
CREATE TRIGGER decisions_no_update BEFORE UPDATE ON decisions
BEGIN
    SELECT RAISE(ABORT, 'decisions is append-only');
END;
CREATE TRIGGER decisions_no_delete BEFORE DELETE ON decisions
BEGIN
    SELECT RAISE(ABORT, 'decisions is append-only');
END;

-- What a name looks like. The store folds new names in this very order.
ALTER TABLE items ADD COLUMN skeleton TEXT NOT NULL DEFAULT '';
UPDATE items SET skeleton = replace(replace(replace(replace(replace(replace(replace(replace(replace(replace(slug,
    '-', ''), '0', 'o'), '1', 'l'), 'i', 'l'), '2', 'z'), '5', 's'), '8', 'b'), '9', 'g'), 'rn', 'm'), 'vv', 'w');
CREATE INDEX items_by_skeleton ON items (category, skeleton);

-- Who, what, on what, and when.
CREATE INDEX audit_events_by_actor ON audit_events (actor, id);
CREATE INDEX audit_events_by_action ON audit_events (action, id);
CREATE INDEX audit_events_by_subject ON audit_events (subject, id);
CREATE INDEX audit_events_by_time ON audit_events (at, id);
