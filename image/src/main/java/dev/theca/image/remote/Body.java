package dev.theca.image.remote;

import java.io.InputStream;
import java.time.Duration;

/**
 * A body as a stream that does not wait for ever: a read fails when nothing came for the idle
 * limit, when too little came in a minute of waiting, or after the deadline of a small document.
 * Time in which nobody reads does not count.
 */
abstract class Body extends InputStream {
  /** From now on the whole rest must come within this time. */
  abstract void within(Duration limit);

  /** Gives up what was not read. */
  @Override
  public abstract void close();
}
