package dev.theca.broker.audit;

import java.io.IOException;
import java.util.List;

/**
 * Where committed records are sent besides the database. Records come in order; after a crash some
 * of them come again.
 */
public interface Sink extends AutoCloseable {
  /**
   * Delivers all of the records, or fails and gets them again.
   *
   * @throws IOException when the sink cannot be reached or written
   */
  void deliver(List<Line> records) throws IOException;

  @Override
  void close() throws IOException;

  /**
   * A record as a sink gets it.
   *
   * @param time milliseconds since 1970
   * @param text the record as one line of an export, without its end
   */
  record Line(long seq, long time, String kind, String outcome, String text) {}
}
