-- token: signing keys shared by the replicas; state is next, current, operator, retired
CREATE TABLE token_key (
  kid TEXT PRIMARY KEY,
  state TEXT NOT NULL,
  jwk TEXT NOT NULL,
  made BIGINT NOT NULL,
  good_until BIGINT NOT NULL,
  sealed BYTES
);
-- counts every change of keys and revocations, so that replicas notice
CREATE TABLE token_generation (
  one BIGINT PRIMARY KEY,
  generation BIGINT NOT NULL
);
INSERT INTO token_generation (one, generation) VALUES (1, 0);
CREATE TABLE token_revoked (
  kind TEXT NOT NULL,
  value TEXT NOT NULL,
  until BIGINT NOT NULL,
  why TEXT NOT NULL,
  PRIMARY KEY (kind, value)
);
