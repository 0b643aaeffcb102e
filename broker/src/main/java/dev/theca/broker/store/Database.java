package dev.theca.broker.store;

/**
 * The broker's memory: one SQL database, shared by its replicas or of its own. Safe for many
 * threads.
 *
 * @throws StoreDown from every call when the database cannot be reached; nothing was changed,
 *     unless its message says that the outcome of a write is unknown
 * @throws StoreFault from every call whose statements the database refuses; nothing was changed
 */
public interface Database extends AutoCloseable {
  /**
   * Reads what was committed, without waiting for writers; each statement sees what was committed
   * before it, so that two statements may see different moments.
   */
  <T> T read(Work<T> work);

  /**
   * Changes within one transaction and returns when it is on disk. The work may run again when
   * another replica came between, and may share its commit with other works: it must have no effect
   * but on the database. An exception of the work undoes the work alone; one of its statements that
   * fails fails the work, even if the work catches it.
   *
   * <p>Each statement sees what other replicas committed before it. A work that reads and then
   * writes by what it read takes a {@link Sql#lock} first, or writes with a condition and looks at
   * how many rows it changed. Works that need several locks or rows take them in the same order
   * everywhere: otherwise they wait for each other, give way and run again, which is slow.
   */
  <T> T write(Work<T> work);

  /**
   * Has {@code last} run once in each transaction in which a work of {@link #write} succeeded,
   * after these works and right before the commit: what it writes is committed with them or not at
   * all. Its exception undoes the transaction and goes to every caller that shared it. Works and
   * hooks of one {@code Database} run one after another, so that a work may leave a mark in memory
   * for the hook; a work that is undone or runs again may have left its mark too. Hooks run in the
   * order of their first registration; a second one of the same name takes the place of the first.
   */
  void beforeCommit(String name, Work<?> last);

  /** Whether nothing but this object can write to the database as long as it is open. */
  default boolean isAlone() {
    return false;
  }

  /** Whether the database answers now. */
  boolean available();

  @Override
  void close();
}
