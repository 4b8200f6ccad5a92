-- Keys that are rotated and revoked, authors who are no longer verified, on SQLite. The file of the same number in
-- ../postgres says the same for PostgreSQL.

-- Null while the author is verified, and while nobody has decided yet.
ALTER TABLE authors ADD COLUMN unverified_reason TEXT;

-- A retired key was rotated out in good order: what it signed stays good, and it signs nothing new.
ALTER TABLE author_keys ADD COLUMN retired_at BIGINT;
ALTER TABLE author_keys ADD COLUMN revoked_reason TEXT;

-- Until now, the newest key that was not revoked was the active one, without a word in the row. The others were
-- retired when the one after them came.
UPDATE author_keys SET retired_at = (
    SELECT MIN(newer.created_at) FROM author_keys AS newer
    WHERE newer.author = author_keys.author AND newer.id > author_keys.id AND newer.revoked_at IS NULL
) WHERE revoked_at IS NULL;
-- The secret of a key that signs nothing any more is only there to be stolen.
UPDATE author_keys SET held_secret = NULL WHERE revoked_at IS NOT NULL OR retired_at IS NOT NULL;

-- At most one key of an author is active.
CREATE UNIQUE INDEX author_keys_active_key ON author_keys (author) WHERE revoked_at IS NULL AND retired_at IS NULL;
-- Applications that nobody has decided on are counted by tenant.
CREATE INDEX authors_unverified ON authors (tenant, id) WHERE verified_at IS NULL;
