-- The marketplace, on PostgreSQL. The file of the same number in ../sqlite says the same for SQLite:
-- the same tables, columns and constraints. What only one of the two needs is marked.
-- Ids are UUIDv7 text; times are Unix milliseconds; JSON is text; SHA-256 is lower-case hex.

CREATE TABLE revisions (
    name  TEXT NOT NULL PRIMARY KEY,
    value BIGINT NOT NULL
);
INSERT INTO revisions (name, value) VALUES ('categories', 0);

CREATE TABLE tenants (
    id         TEXT NOT NULL PRIMARY KEY,
    revision   BIGINT NOT NULL DEFAULT 0,
    created_at BIGINT NOT NULL
);

CREATE TABLE tokens (
    id         TEXT NOT NULL PRIMARY KEY,
    tenant     TEXT NOT NULL,
    label      TEXT NOT NULL,
    hash       TEXT NOT NULL,
    hint       TEXT NOT NULL,
    scopes     TEXT NOT NULL,
    created_at BIGINT NOT NULL,
    expires_at BIGINT,
    revoked_at BIGINT,
    CONSTRAINT tokens_hash_key UNIQUE (hash),
    CONSTRAINT tokens_tenant_fkey FOREIGN KEY (tenant) REFERENCES tenants (id)
);
CREATE INDEX tokens_by_tenant ON tokens (tenant, id);

CREATE TABLE authors (
    id          TEXT NOT NULL PRIMARY KEY,
    tenant      TEXT NOT NULL,
    verified_at BIGINT,
    created_at  BIGINT NOT NULL,
    CONSTRAINT authors_tenant_fkey FOREIGN KEY (tenant) REFERENCES tenants (id)
);
CREATE INDEX authors_by_tenant ON authors (tenant, id);

CREATE TABLE author_keys (
    id          TEXT NOT NULL PRIMARY KEY,
    author      TEXT NOT NULL,
    public_key  BYTEA NOT NULL,
    fingerprint TEXT NOT NULL,
    held_secret BYTEA,
    created_at  BIGINT NOT NULL,
    revoked_at  BIGINT,
    CONSTRAINT author_keys_fingerprint_key UNIQUE (fingerprint),
    CONSTRAINT author_keys_author_fkey FOREIGN KEY (author) REFERENCES authors (id)
);
CREATE INDEX author_keys_by_author ON author_keys (author, id);

CREATE TABLE licenses (
    tenant     TEXT NOT NULL PRIMARY KEY,
    document   TEXT NOT NULL,
    updated_at BIGINT NOT NULL,
    CONSTRAINT licenses_tenant_fkey FOREIGN KEY (tenant) REFERENCES tenants (id)
);

CREATE TABLE marketplace_categories (
    id               TEXT NOT NULL PRIMARY KEY,
    component_sha256 TEXT NOT NULL,
    component_size   BIGINT NOT NULL,
    singular         TEXT NOT NULL,
    name             TEXT NOT NULL,
    description      TEXT NOT NULL,
    icon             TEXT NOT NULL,
    installer        TEXT NOT NULL,
    free_install_cap BIGINT NOT NULL,
    enabled          BIGINT NOT NULL,
    position         BIGINT NOT NULL,
    created_at       BIGINT NOT NULL,
    updated_at       BIGINT NOT NULL,
    CONSTRAINT marketplace_categories_installer_check CHECK (installer IN ('live', 'stub'))
);
CREATE INDEX marketplace_categories_by_component ON marketplace_categories (component_sha256);

-- Components that came with the program: each is put once, so that an operator's change outlives the next start.
-- The category is no foreign key: that it was there once is remembered when it is gone.
CREATE TABLE seeded_components (
    sha256    TEXT NOT NULL PRIMARY KEY,
    category  TEXT NOT NULL,
    seeded_at BIGINT NOT NULL
);
CREATE INDEX seeded_components_by_category ON seeded_components (category);

-- Every id and every singular, in one column: no name can mean two categories.
CREATE TABLE category_names (
    name     TEXT NOT NULL PRIMARY KEY,
    category TEXT NOT NULL,
    CONSTRAINT category_names_category_fkey
        FOREIGN KEY (category) REFERENCES marketplace_categories (id) ON DELETE CASCADE
);
CREATE INDEX category_names_by_category ON category_names (category);

CREATE TABLE items (
    id                TEXT NOT NULL,
    category          TEXT NOT NULL,
    slug              TEXT NOT NULL,
    author            TEXT NOT NULL,
    revision          BIGINT NOT NULL DEFAULT 0,
    created_at        BIGINT NOT NULL,
    installs          BIGINT NOT NULL DEFAULT 0,
    rating            DOUBLE PRECISION NOT NULL DEFAULT 0,
    -- From here on: of the latest release, and null without one: the highest approved version that is no
    -- pre-release, or the highest approved one if all are.
    latest_release_id TEXT,
    card              TEXT,
    -- Only here: folded names sort by code point, as SQLite's do, whatever the server's locale.
    sort_name         TEXT COLLATE "C",
    published_at      BIGINT,
    updated_at        BIGINT,
    -- Only here: SQLite has the table items_search.
    search            TSVECTOR,
    CONSTRAINT items_id_key PRIMARY KEY (id),
    CONSTRAINT items_slug_key UNIQUE (category, slug),
    CONSTRAINT items_category_fkey FOREIGN KEY (category) REFERENCES marketplace_categories (id),
    CONSTRAINT items_author_fkey FOREIGN KEY (author) REFERENCES authors (id)
);
-- One pair for each order: a list of one category, and a list of all.
CREATE INDEX items_newest ON items (published_at, id) WHERE latest_release_id IS NOT NULL;
CREATE INDEX items_updated ON items (updated_at, id) WHERE latest_release_id IS NOT NULL;
CREATE INDEX items_name ON items (sort_name, id) WHERE latest_release_id IS NOT NULL;
CREATE INDEX items_installs ON items (installs, id) WHERE latest_release_id IS NOT NULL;
CREATE INDEX items_rating ON items (rating, id) WHERE latest_release_id IS NOT NULL;
CREATE INDEX items_category_newest ON items (category, published_at, id) WHERE latest_release_id IS NOT NULL;
CREATE INDEX items_category_updated ON items (category, updated_at, id) WHERE latest_release_id IS NOT NULL;
CREATE INDEX items_category_name ON items (category, sort_name, id) WHERE latest_release_id IS NOT NULL;
CREATE INDEX items_category_installs ON items (category, installs, id) WHERE latest_release_id IS NOT NULL;
CREATE INDEX items_category_rating ON items (category, rating, id) WHERE latest_release_id IS NOT NULL;
CREATE INDEX items_by_author ON items (author, id);

CREATE INDEX items_search ON items USING GIN (search);

CREATE TABLE item_keywords (
    keyword TEXT NOT NULL,
    item_id TEXT NOT NULL,
    PRIMARY KEY (keyword, item_id),
    CONSTRAINT item_keywords_item_fkey FOREIGN KEY (item_id) REFERENCES items (id)
);
CREATE INDEX item_keywords_by_item ON item_keywords (item_id);

CREATE TABLE item_permissions (
    permission TEXT NOT NULL,
    item_id    TEXT NOT NULL,
    PRIMARY KEY (permission, item_id),
    CONSTRAINT item_permissions_item_fkey FOREIGN KEY (item_id) REFERENCES items (id)
);
CREATE INDEX item_permissions_by_item ON item_permissions (item_id);

CREATE TABLE releases (
    id              TEXT NOT NULL PRIMARY KEY,
    item_id         TEXT NOT NULL,
    category        TEXT NOT NULL,
    slug            TEXT NOT NULL,
    version         TEXT NOT NULL,
    author          TEXT NOT NULL,
    tenant          TEXT NOT NULL,
    key_id          TEXT NOT NULL,
    status          TEXT NOT NULL,
    note            TEXT,
    manifest        TEXT NOT NULL,
    manifest_sha256 TEXT NOT NULL,
    package_sha256  TEXT NOT NULL,
    package_size    BIGINT NOT NULL,
    package_format  TEXT NOT NULL,
    adapter_sha256  TEXT NOT NULL,
    verdict         TEXT NOT NULL,
    permissions     TEXT NOT NULL,
    files           TEXT NOT NULL,
    card            TEXT NOT NULL,
    submitted_at    BIGINT NOT NULL,
    decided_at      BIGINT,
    decided_by      TEXT,
    -- The first approval. Never unset: it is what keeps a version from being used twice.
    approved_at     BIGINT,
    CONSTRAINT releases_status_check CHECK (status IN ('pending', 'approved', 'rejected', 'flagged')),
    CONSTRAINT releases_item_fkey FOREIGN KEY (item_id) REFERENCES items (id),
    CONSTRAINT releases_key_fkey FOREIGN KEY (key_id) REFERENCES author_keys (id)
);
-- One live candidate for each version; rejected ones stay as history.
CREATE UNIQUE INDEX releases_version_key ON releases (item_id, version) WHERE status <> 'rejected';
CREATE INDEX releases_by_item ON releases (item_id, id);
CREATE INDEX releases_by_status ON releases (status, id);
CREATE INDEX releases_by_tenant ON releases (tenant, id);
CREATE INDEX releases_by_package ON releases (package_sha256);
ALTER TABLE items ADD CONSTRAINT items_latest_fkey FOREIGN KEY (latest_release_id) REFERENCES releases (id);

CREATE TABLE installations (
    tenant          TEXT NOT NULL,
    category        TEXT NOT NULL,
    slug            TEXT NOT NULL,
    item_id         TEXT NOT NULL,
    release_id      TEXT NOT NULL,
    version         TEXT NOT NULL,
    manifest_sha256 TEXT NOT NULL,
    package_sha256  TEXT NOT NULL,
    adapter_sha256  TEXT NOT NULL,
    tree_sha256     TEXT NOT NULL,
    files           TEXT NOT NULL,
    grants          TEXT NOT NULL,
    permissions     TEXT NOT NULL,
    installed_at    BIGINT NOT NULL,
    updated_at      BIGINT NOT NULL,
    PRIMARY KEY (tenant, category, slug),
    CONSTRAINT installations_tenant_fkey FOREIGN KEY (tenant) REFERENCES tenants (id),
    CONSTRAINT installations_item_fkey FOREIGN KEY (item_id) REFERENCES items (id),
    CONSTRAINT installations_release_fkey FOREIGN KEY (release_id) REFERENCES releases (id)
);
CREATE INDEX installations_by_item ON installations (item_id);
CREATE INDEX installations_by_tree ON installations (tree_sha256);
CREATE INDEX installations_by_package ON installations (package_sha256);

CREATE TABLE registry_entries (
    tenant   TEXT NOT NULL,
    category TEXT NOT NULL,
    slug     TEXT NOT NULL,
    key      TEXT NOT NULL,
    value    TEXT NOT NULL,
    -- A key is the item's own: an adapter chooses it without knowing what else is installed.
    PRIMARY KEY (tenant, category, slug, key),
    CONSTRAINT registry_entries_installation_fkey
        FOREIGN KEY (tenant, category, slug) REFERENCES installations (tenant, category, slug) ON DELETE CASCADE
);

CREATE TABLE audit_events (
    id      TEXT NOT NULL PRIMARY KEY,
    at      BIGINT NOT NULL,
    actor   TEXT NOT NULL,
    action  TEXT NOT NULL,
    subject TEXT NOT NULL,
    reason  TEXT,
    details TEXT NOT NULL
);
CREATE FUNCTION audit_events_append_only() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'audit_events is append-only';
END
$$;
CREATE TRIGGER audit_events_no_update BEFORE UPDATE ON audit_events
    FOR EACH STATEMENT EXECUTE FUNCTION audit_events_append_only();
CREATE TRIGGER audit_events_no_delete BEFORE DELETE ON audit_events
    FOR EACH STATEMENT EXECUTE FUNCTION audit_events_append_only();
-- Only here: SQLite has no TRUNCATE.
CREATE TRIGGER audit_events_no_truncate BEFORE TRUNCATE ON audit_events
    FOR EACH STATEMENT EXECUTE FUNCTION audit_events_append_only();
