-- What a category says of its items beyond what every manifest has, on PostgreSQL. The file of the same number in
-- ../sqlite says the same for SQLite: the same tables, columns and constraints. What only one of the two needs is
-- marked.

-- A label may be of a field that its category has: `field:` and the field's key.
ALTER TABLE face_labels DROP CONSTRAINT face_labels_kind_check;
ALTER TABLE face_labels ADD CONSTRAINT face_labels_kind_check
    CHECK (kind IN ('category', 'author', 'tag', 'permission') OR kind LIKE 'field:_%');
