-- Resources, their sealed versions, what tenants use and may use, and volume anchors.
-- Times are milliseconds since 1970; 0 is never.
CREATE TABLE resource (
  path TEXT PRIMARY KEY,
  tenant TEXT NOT NULL,
  last_version BIGINT NOT NULL,
  recipe TEXT NOT NULL,
  period BIGINT NOT NULL,
  lifetime BIGINT NOT NULL,
  rotates BIGINT NOT NULL
);
CREATE INDEX resource_of_tenant ON resource (tenant, path);
CREATE INDEX resource_rotation ON resource (rotates);
CREATE TABLE resource_version (
  path TEXT NOT NULL,
  version BIGINT NOT NULL,
  sealed BYTES NOT NULL,
  size_bytes BIGINT NOT NULL,
  created BIGINT NOT NULL,
  expires BIGINT NOT NULL,
  revoked BIGINT NOT NULL,
  recipe TEXT NOT NULL,
  public_part TEXT NOT NULL,
  actor TEXT NOT NULL,
  PRIMARY KEY (path, version)
);
CREATE TABLE tenant_usage (
  tenant TEXT PRIMARY KEY,
  resources BIGINT NOT NULL,
  bytes BIGINT NOT NULL,
  versions BIGINT NOT NULL
);
CREATE TABLE tenant_quota (
  tenant TEXT PRIMARY KEY,
  resources BIGINT NOT NULL,
  bytes BIGINT NOT NULL,
  versions BIGINT NOT NULL
);
CREATE TABLE volume_anchor (
  tenant TEXT NOT NULL,
  owner TEXT NOT NULL,
  volume TEXT NOT NULL,
  sequence BIGINT NOT NULL,
  chain BYTES NOT NULL,
  changed BIGINT NOT NULL,
  PRIMARY KEY (tenant, owner, volume)
);
