package dev.theca.broker.admin;

import dev.theca.broker.store.Database;
import dev.theca.broker.store.Work;

/** Counts what is read of another database. */
public final class CountingDatabase implements Database {
  private final Database inner;
  private int reads;

  public CountingDatabase(Database inner) {
    this.inner = inner;
  }

  public int reads() {
    return reads;
  }

  @Override
  public <T> T read(Work<T> work) {
    reads++;
    return inner.read(work);
  }

  @Override
  public <T> T write(Work<T> work) {
    return inner.write(work);
  }

  @Override
  public void beforeCommit(String name, Work<?> last) {
    inner.beforeCommit(name, last);
  }

  @Override
  public boolean available() {
    return inner.available();
  }

  @Override
  public void close() {}
}
