-- Data keys, wrapped by the key-encryption key that `kek` names. `sealings` counts what replicas
-- have reserved, not what they have used: a crash loses a reservation, never a count.
CREATE TABLE data_key (
  id BIGINT PRIMARY KEY,
  kek TEXT NOT NULL,
  wrapped BYTES NOT NULL,
  created BIGINT NOT NULL,
  sealings BIGINT NOT NULL
);
