-- Search, and lists that keep their place, on PostgreSQL. The file of the same number in ../sqlite says the same for
-- SQLite: the same tables, columns and constraints. What only one of the two needs is marked.

-- Only here. Trusted since PostgreSQL 13: whoever may create in the database may create it.
CREATE EXTENSION IF NOT EXISTS pg_trgm;

-- The catalogue's revision grows with every change of what lists show. A change holds the row until its commit, so
-- revisions are committed in order: whoever has read one sees all that came before it.
INSERT INTO revisions (name, value) VALUES ('catalogue', 0);
-- Faces that ended at this revision or before may have been removed: no cursor goes back behind it.
INSERT INTO revisions (name, value) VALUES ('catalogue_floor', 0);
-- The rules by which the tables below were filled. The program fills them anew at its start when its own are newer,
-- as they are now.
INSERT INTO revisions (name, value) VALUES ('search_rules', 0);

-- What lists know of an item. A face is never changed, only replaced: the old one ends where the new one begins, and
-- stays a while, so that whoever pages through a list finds each item where it was on the first page.
CREATE TABLE item_faces (
    -- What relevance falls back on: the order of magnitude of the installs, then the revision.
    number       BIGINT NOT NULL PRIMARY KEY,
    item_id      TEXT NOT NULL,
    category     TEXT NOT NULL,
    -- Only here: folded names sort by code point, as SQLite's do, whatever the server's locale.
    sort_name    TEXT COLLATE "C" NOT NULL,
    published_at BIGINT NOT NULL,
    updated_at   BIGINT NOT NULL,
    -- Its words in `vocabulary`, as JSON.
    vocabulary   TEXT NOT NULL,
    -- Revisions of the catalogue: from the one, to just before the other.
    since        BIGINT NOT NULL,
    until        BIGINT,
    -- The time at `until`.
    ended_at     BIGINT,
    -- Only here: SQLite has the table item_search.
    search       TSVECTOR NOT NULL,
    CONSTRAINT item_faces_item_fkey FOREIGN KEY (item_id) REFERENCES items (id)
);
CREATE UNIQUE INDEX item_faces_live_key ON item_faces (item_id) WHERE until IS NULL;
CREATE INDEX item_faces_by_item ON item_faces (item_id, since);
CREATE INDEX item_faces_ended ON item_faces (ended_at) WHERE ended_at IS NOT NULL;
-- One pair for each order: a list of one category, and a list of all.
CREATE INDEX item_faces_newest ON item_faces (published_at, item_id);
CREATE INDEX item_faces_updated ON item_faces (updated_at, item_id);
CREATE INDEX item_faces_name ON item_faces (sort_name, item_id);
CREATE INDEX item_faces_category_newest ON item_faces (category, published_at, item_id);
CREATE INDEX item_faces_category_updated ON item_faces (category, updated_at, item_id);
CREATE INDEX item_faces_category_name ON item_faces (category, sort_name, item_id);

-- Each lexeme has the letter of its field before it: this index knows lexemes, but not their weights.
CREATE INDEX item_faces_search ON item_faces USING GIN (search);

-- What facets count: the category, the author, the keywords and the permissions of each face that is live.
CREATE TABLE face_labels (
    face  BIGINT NOT NULL,
    kind  TEXT NOT NULL,
    -- Only here: equal counts are listed by code point, as SQLite lists them.
    value TEXT COLLATE "C" NOT NULL,
    PRIMARY KEY (face, kind, value),
    CONSTRAINT face_labels_kind_check CHECK (kind IN ('category', 'author', 'tag', 'permission')),
    CONSTRAINT face_labels_face_fkey FOREIGN KEY (face) REFERENCES item_faces (number) ON DELETE CASCADE
);

-- How many items have a label: in one category, and, under '', in all that are enabled.
CREATE TABLE label_counts (
    category TEXT NOT NULL,
    kind     TEXT NOT NULL,
    value    TEXT COLLATE "C" NOT NULL,
    items    BIGINT NOT NULL,
    PRIMARY KEY (category, kind, value),
    CONSTRAINT label_counts_items_check CHECK (items >= 0)
);
CREATE INDEX label_counts_most ON label_counts (category, kind, items DESC, value);

-- The words of published items that a typing error may have meant, and how many items have each.
CREATE TABLE vocabulary (
    -- Only here: what begins with a word is a range of this order.
    word    TEXT COLLATE "C" NOT NULL,
    letters BIGINT NOT NULL,
    -- The word with each letter as one of 36 ASCII ones, whatever the script: what its trigrams are of.
    sketch  TEXT NOT NULL,
    items   BIGINT NOT NULL,
    CONSTRAINT vocabulary_word_key UNIQUE (word)
);
-- Only here: SQLite has the table vocabulary_trigrams.
CREATE INDEX vocabulary_trigrams ON vocabulary USING GIN (sketch gin_trgm_ops);

-- What faces, labels and filters take the place of.
DROP TABLE item_keywords;
DROP TABLE item_permissions;
DROP INDEX items_newest;
DROP INDEX items_updated;
DROP INDEX items_name;
DROP INDEX items_category_newest;
DROP INDEX items_category_updated;
DROP INDEX items_category_name;
ALTER TABLE items DROP COLUMN sort_name;
ALTER TABLE items DROP COLUMN published_at;
ALTER TABLE items DROP COLUMN updated_at;
ALTER TABLE items DROP COLUMN search;
