package dev.theca.broker.store;

/**
 * The broker's memory: one SQL database, shared by its replicas or of its own. Safe for many
 * threads.
 *
 * @throws StoreDown from every call when the database cannot be reached; nothing was changed
 */
public interface Database extends AutoCloseable {
  /** Reads what was committed. */
  <T> T read(Work<T> work);

  /**
   * Changes within one transaction and returns when it is on disk. The work may run again when
   * another replica came between, and may share its commit with other works: it must have no effect
   * but on the database. An exception of the work undoes the work alone.
   */
  <T> T write(Work<T> work);

  /** Whether the database answers now. */
  boolean available();

  @Override
  void close();
}
