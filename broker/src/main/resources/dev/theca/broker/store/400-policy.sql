-- Every text that a policy ever had; the highest number is in force, unless it says removed.
CREATE TABLE policy_version (
  kind TEXT NOT NULL,
  name TEXT NOT NULL,
  version BIGINT NOT NULL,
  sha256 TEXT NOT NULL,
  syntax TEXT NOT NULL,
  body TEXT NOT NULL,
  author TEXT NOT NULL,
  written BIGINT NOT NULL,
  removed BIGINT NOT NULL,
  PRIMARY KEY (kind, name, version)
);
-- One row that counts the changes: what replicas read to notice one.
CREATE TABLE policy_edition (
  id BIGINT PRIMARY KEY,
  edition BIGINT NOT NULL
);
INSERT INTO policy_edition (id, edition) VALUES (1, 0);
