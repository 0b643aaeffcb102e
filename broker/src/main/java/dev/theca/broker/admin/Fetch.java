package dev.theca.broker.admin;

import dev.theca.broker.http.DocumentReader;
import dev.theca.wire.Outcome;
import java.net.URI;
import javax.net.ssl.SSLContext;

/** Reads a small document; what cannot be read is refused with words, never thrown. */
@FunctionalInterface
interface Fetch {
  Outcome<byte[]> read(URI uri);

  /** Files and HTTPS documents of at most 256 KiB. */
  static Fetch over(SSLContext trust) {
    return new DocumentReader(trust, 256 << 10, AdminCode.KEY)::read;
  }
}
