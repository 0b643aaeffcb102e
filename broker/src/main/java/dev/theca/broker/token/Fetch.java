package dev.theca.broker.token;

import java.io.IOException;
import java.net.URI;

/** Reads a document of another issuer. */
@FunctionalInterface
public interface Fetch {
  /**
   * @throws IOException when it cannot be had, or is beyond 1 MiB
   */
  byte[] get(URI address) throws IOException;
}
