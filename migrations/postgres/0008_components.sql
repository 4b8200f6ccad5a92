-- The components that each category has had, on PostgreSQL. The file of the same number in ../sqlite says the same for
-- SQLite. One row for each component: the one with the highest turn is the one that the category has, and the one
-- before it is what a rollback goes to. When it was put the times before is in the audit log.
CREATE TABLE category_components (
    category         TEXT NOT NULL,
    component_sha256 TEXT NOT NULL,
    component_size   BIGINT NOT NULL,
    -- The version of the contract that it is of.
    contract         TEXT NOT NULL,
    singular         TEXT NOT NULL,
    name             TEXT NOT NULL,
    description      TEXT NOT NULL,
    icon             TEXT NOT NULL,
    installer        TEXT NOT NULL,
    free_install_cap BIGINT NOT NULL,
    turn             BIGINT NOT NULL,
    activated_at     BIGINT NOT NULL,
    activated_by     TEXT NOT NULL,
    -- As the audit log calls it: category.added, category.seeded, category.upgraded, category.rolled_back.
    action           TEXT NOT NULL,
    reason           TEXT,
    PRIMARY KEY (category, component_sha256),
    CONSTRAINT category_components_turn_key UNIQUE (category, turn),
    CONSTRAINT category_components_installer_check CHECK (installer IN ('live', 'stub')),
    CONSTRAINT category_components_category_fkey
        FOREIGN KEY (category) REFERENCES marketplace_categories (id) ON DELETE CASCADE
);
CREATE INDEX category_components_by_component ON category_components (component_sha256);

-- What each category has now is the beginning. Who put it is in the audit log; there was one version of the contract.
INSERT INTO category_components (category, component_sha256, component_size, contract, singular, name, description,
    icon, installer, free_install_cap, turn, activated_at, activated_by, action, reason)
SELECT c.id, c.component_sha256, c.component_size, '1.0.0', c.singular, c.name, c.description,
    c.icon, c.installer, c.free_install_cap, 1, COALESCE(e.at, c.updated_at), COALESCE(e.actor, 'marketplace'),
    COALESCE(e.action, 'category.added'), e.reason
FROM marketplace_categories c LEFT JOIN audit_events e ON e.id = (
    SELECT MAX(a.id) FROM audit_events a
    WHERE a.subject = 'category:' || c.id AND a.action IN ('category.added', 'category.seeded')
    AND a.details LIKE '%' || c.component_sha256 || '%');
