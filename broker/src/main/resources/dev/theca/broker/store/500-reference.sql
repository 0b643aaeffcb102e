-- Versions of reference values. The one in force has current = 1; a deletion is a version too, so
-- that an older message cannot bring its value back.
CREATE TABLE reference_value (
  name TEXT NOT NULL,
  version BIGINT NOT NULL,
  current BIGINT NOT NULL,
  type TEXT NOT NULL,
  value TEXT NOT NULL,
  provenance TEXT NOT NULL,
  issued BIGINT NOT NULL,
  registered BIGINT NOT NULL,
  expires BIGINT NOT NULL,
  PRIMARY KEY (name, version)
);
CREATE INDEX reference_in_force ON reference_value (current, name);
-- Grows with each change, so that replicas know that what they remember is old.
CREATE TABLE reference_generation (
  id BIGINT PRIMARY KEY,
  generation BIGINT NOT NULL
);
INSERT INTO reference_generation (id, generation) VALUES (1, 1);
