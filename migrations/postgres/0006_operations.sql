-- Long work that its caller did not wait for, on PostgreSQL. The file of the same number in ../sqlite says the same
-- for SQLite. What an install made is in `installations`; this is only what to tell whoever asks how it went.
CREATE TABLE operations (
    id         TEXT NOT NULL PRIMARY KEY,
    tenant     TEXT NOT NULL,
    -- What it does: kind, category, slug and so on, as JSON.
    about      TEXT NOT NULL,
    -- The data folder whose server does it: what was running there when it stopped is interrupted.
    node       TEXT NOT NULL,
    state      TEXT NOT NULL,
    -- The answer, as it would have been to whoever waited: an HTTP status and its JSON.
    status     BIGINT,
    answer     TEXT,
    created_at BIGINT NOT NULL,
    ended_at   BIGINT,
    CONSTRAINT operations_state_check
        CHECK (state IN ('running', 'succeeded', 'failed', 'cancelled', 'interrupted')),
    CONSTRAINT operations_tenant_fkey FOREIGN KEY (tenant) REFERENCES tenants (id)
);
CREATE INDEX operations_by_tenant ON operations (tenant, id);
CREATE INDEX operations_running ON operations (node) WHERE state = 'running';
CREATE INDEX operations_ended ON operations (ended_at) WHERE ended_at IS NOT NULL;
