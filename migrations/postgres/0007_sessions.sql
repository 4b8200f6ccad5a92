-- Who is signed in to the web pages, on PostgreSQL. The file of the same number in ../sqlite says the same for SQLite.
-- A session stands for a token: what the token may do, until either ends. The cookie's value is kept as its SHA-256.
CREATE TABLE sessions (
    hash       TEXT NOT NULL PRIMARY KEY,
    token      TEXT NOT NULL,
    created_at BIGINT NOT NULL,
    expires_at BIGINT NOT NULL,
    CONSTRAINT sessions_token_fkey FOREIGN KEY (token) REFERENCES tokens (id)
);
CREATE INDEX sessions_by_token ON sessions (token);
CREATE INDEX sessions_by_end ON sessions (expires_at);
