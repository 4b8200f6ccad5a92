-- Reviews, on SQLite. The file of the same number in ../postgres says the same for PostgreSQL.

-- Of the reviews that count, kept with `rating_counts` below. `items.rating` is the score that lists are sorted
-- by: how far the reviews lift an item above, or push it below, one that nobody has rated, which stands at 0.
ALTER TABLE items ADD COLUMN rating_count BIGINT NOT NULL DEFAULT 0;
ALTER TABLE items ADD COLUMN rating_sum BIGINT NOT NULL DEFAULT 0;

-- Who ever installed what. Never deleted: whoever removed an item because it was bad may still say so.
CREATE TABLE install_history (
    tenant             TEXT NOT NULL,
    item_id            TEXT NOT NULL,
    -- The last one that was live.
    version            TEXT NOT NULL,
    first_installed_at BIGINT NOT NULL,
    PRIMARY KEY (tenant, item_id),
    CONSTRAINT install_history_tenant_fkey FOREIGN KEY (tenant) REFERENCES tenants (id),
    CONSTRAINT install_history_item_fkey FOREIGN KEY (item_id) REFERENCES items (id)
);
INSERT INTO install_history (tenant, item_id, version, first_installed_at)
    SELECT tenant, item_id, version, installed_at FROM installations;

CREATE TABLE reviews (
    id              TEXT NOT NULL PRIMARY KEY,
    item_id         TEXT NOT NULL,
    tenant          TEXT NOT NULL,
    version         TEXT NOT NULL,
    rating          BIGINT NOT NULL,
    title           TEXT,
    body            TEXT,
    -- published: nobody has judged it. reported: waits for a moderator. kept: a moderator dismissed the reports.
    -- removed: a moderator took it down; it counts and shows no more.
    state           TEXT NOT NULL,
    -- Raised by whatever a moderator must have seen before deciding: an edit, a report, another decision.
    revision        BIGINT NOT NULL,
    created_at      BIGINT NOT NULL,
    edited_at       BIGINT,
    -- Of the oldest report that waits.
    reported_at     BIGINT,
    -- The last decision of a moderator.
    decided_at      BIGINT,
    decided_by      TEXT,
    decision_reason TEXT,
    -- The author's reply.
    reply           TEXT,
    replied_at      BIGINT,
    reply_edited_at BIGINT,
    CONSTRAINT reviews_tenant_key UNIQUE (item_id, tenant),
    CONSTRAINT reviews_rating_check CHECK (rating BETWEEN 1 AND 5),
    CONSTRAINT reviews_state_check CHECK (state IN ('published', 'reported', 'kept', 'removed')),
    CONSTRAINT reviews_item_fkey FOREIGN KEY (item_id) REFERENCES items (id),
    CONSTRAINT reviews_tenant_fkey FOREIGN KEY (tenant) REFERENCES tenants (id)
);
CREATE INDEX reviews_newest ON reviews (item_id, id) WHERE state <> 'removed';
CREATE INDEX reviews_rating ON reviews (item_id, rating, id) WHERE state <> 'removed';
CREATE INDEX reviews_reported ON reviews (reported_at, id) WHERE state = 'reported';
CREATE INDEX reviews_removed ON reviews (id) WHERE state = 'removed';

CREATE TABLE review_reports (
    review_id   TEXT NOT NULL,
    tenant      TEXT NOT NULL,
    reason      TEXT NOT NULL,
    reported_at BIGINT NOT NULL,
    -- When a moderator decided on it; such a report goes when the text that it is about is edited.
    resolved_at BIGINT,
    PRIMARY KEY (review_id, tenant),
    CONSTRAINT review_reports_review_fkey FOREIGN KEY (review_id) REFERENCES reviews (id) ON DELETE CASCADE,
    CONSTRAINT review_reports_tenant_fkey FOREIGN KEY (tenant) REFERENCES tenants (id)
);

-- How many reviews give an item so many stars, of those that count.
CREATE TABLE rating_counts (
    item_id TEXT NOT NULL,
    rating  BIGINT NOT NULL,
    reviews BIGINT NOT NULL,
    PRIMARY KEY (item_id, rating),
    CONSTRAINT rating_counts_rating_check CHECK (rating BETWEEN 1 AND 5),
    CONSTRAINT rating_counts_reviews_check CHECK (reviews >= 0),
    CONSTRAINT rating_counts_item_fkey FOREIGN KEY (item_id) REFERENCES items (id)
);
