-- What a category says of its items beyond what every manifest has, on SQLite. The file of the same number in
-- ../postgres says the same for PostgreSQL: the same tables, columns and constraints. What only one of the two needs is
-- marked.

-- A label may be of a field that its category has: `field:` and the field's key. Only here: SQLite changes no
-- constraint of a table, so there is another in its place.
CREATE TABLE face_labels_of_fields (
    face  BIGINT NOT NULL,
    kind  TEXT NOT NULL,
    value TEXT NOT NULL,
    PRIMARY KEY (face, kind, value),
    CONSTRAINT face_labels_kind_check
        CHECK (kind IN ('category', 'author', 'tag', 'permission') OR kind LIKE 'field:_%'),
    CONSTRAINT face_labels_face_fkey FOREIGN KEY (face) REFERENCES item_faces (number) ON DELETE CASCADE
);
INSERT INTO face_labels_of_fields (face, kind, value) SELECT face, kind, value FROM face_labels;
DROP TABLE face_labels;
ALTER TABLE face_labels_of_fields RENAME TO face_labels;
