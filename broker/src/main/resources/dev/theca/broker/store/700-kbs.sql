-- keys under which challenges are authenticated, and sessions that were used

CREATE TABLE session_key (
  id BIGINT PRIMARY KEY,
  sealed BYTES NOT NULL,
  created BIGINT NOT NULL
);

CREATE TABLE session (
  id TEXT PRIMARY KEY,
  failures BIGINT NOT NULL,
  request TEXT,
  token TEXT,
  expires BIGINT NOT NULL
);

CREATE INDEX session_expires ON session (expires);
