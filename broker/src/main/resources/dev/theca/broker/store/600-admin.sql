-- API tokens of administrators. Only a salted hash of each is here; a time of 0 stands for none.
CREATE TABLE admin_token (
  id TEXT PRIMARY KEY,
  name TEXT NOT NULL,
  roles TEXT NOT NULL,
  created BIGINT NOT NULL,
  created_by TEXT NOT NULL,
  expires BIGINT NOT NULL,
  revoked BIGINT NOT NULL,
  used BIGINT NOT NULL,
  salt BYTES NOT NULL,
  hash BYTES NOT NULL
);
