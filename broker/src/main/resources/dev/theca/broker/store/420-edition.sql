-- The newest edition of each platform model's collateral that any replica has believed.
CREATE TABLE collateral_edition (
  model TEXT PRIMARY KEY,
  evaluation BIGINT NOT NULL,
  issued BIGINT NOT NULL
);
