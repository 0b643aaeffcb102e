-- X.509 authorities that the broker made itself: the certificate, and the key (PKCS#8) sealed
CREATE TABLE plugin_authority (
  name TEXT PRIMARY KEY,
  certificate BYTES NOT NULL,
  sealed BYTES NOT NULL,
  created BIGINT NOT NULL
);
-- Certificates that were issued; revoked is 0 or when
CREATE TABLE plugin_certificate (
  authority TEXT NOT NULL,
  serial TEXT NOT NULL,
  subject TEXT NOT NULL,
  names TEXT NOT NULL,
  actor TEXT NOT NULL,
  issued BIGINT NOT NULL,
  expires BIGINT NOT NULL,
  revoked BIGINT NOT NULL,
  PRIMARY KEY (authority, serial)
);
CREATE INDEX plugin_certificate_expires ON plugin_certificate (authority, expires);
-- What the provisioner made, sealed
CREATE TABLE plugin_provision (
  uuid TEXT PRIMARY KEY,
  path TEXT NOT NULL UNIQUE,
  sealed BYTES NOT NULL,
  created BIGINT NOT NULL
);
