-- The newest attestation of each workload on each platform, for dry runs of policies.
CREATE TABLE recording (
  subject TEXT PRIMARY KEY,
  tee TEXT NOT NULL,
  recorded BIGINT NOT NULL,
  refused BIGINT NOT NULL,
  status TEXT NOT NULL,
  request TEXT NOT NULL
);
CREATE INDEX recording_by_time ON recording (refused, recorded);
