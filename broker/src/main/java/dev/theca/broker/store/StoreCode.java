package dev.theca.broker.store;

import dev.theca.wire.Code;

/** Why the store says no. */
enum StoreCode implements Code {
  BAD_DATABASE_URL("bad-database-url");

  private final String id;

  StoreCode(String id) {
    this.id = id;
  }

  @Override
  public String id() {
    return id;
  }
}
