-- audit: one hash chain for all replicas; time is milliseconds, hashes are hexadecimal
CREATE TABLE audit_record (
  seq BIGINT PRIMARY KEY,
  time BIGINT NOT NULL,
  kind TEXT NOT NULL,
  outcome TEXT NOT NULL,
  tenant TEXT NOT NULL,
  actor TEXT NOT NULL,
  detail TEXT NOT NULL,
  previous TEXT NOT NULL,
  hash TEXT NOT NULL
);
CREATE INDEX audit_record_time ON audit_record (time);
-- the last signed head of each block of 64 records: any of them may become a checkpoint
CREATE TABLE audit_head (
  block BIGINT PRIMARY KEY,
  seq BIGINT NOT NULL,
  hash TEXT NOT NULL,
  time BIGINT NOT NULL,
  key_id TEXT NOT NULL,
  signature TEXT NOT NULL
);
-- every signing key that was ever in force; only the last one keeps its private half
CREATE TABLE audit_key (
  generation BIGINT PRIMARY KEY,
  id TEXT NOT NULL,
  jwk TEXT NOT NULL,
  seq BIGINT NOT NULL,
  previous TEXT NOT NULL,
  signature TEXT NOT NULL,
  sealed BYTES
);
-- how far each sink has got, and which replica feeds it until when
CREATE TABLE audit_cursor (
  sink TEXT PRIMARY KEY,
  seq BIGINT NOT NULL,
  holder TEXT NOT NULL,
  held_until BIGINT NOT NULL
);
-- why something was refused, under the sequence of its audit record
CREATE TABLE reason (
  seq BIGINT PRIMARY KEY,
  id TEXT NOT NULL UNIQUE,
  time BIGINT NOT NULL,
  subject TEXT NOT NULL,
  body TEXT NOT NULL
);
CREATE INDEX reason_time ON reason (time);
