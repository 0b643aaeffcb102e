package dev.theca.broker.admin;

import dev.theca.wire.Outcome;
import java.net.URI;

/** Reads a small document; what cannot be read is refused with words, never thrown. */
@FunctionalInterface
interface Fetch {
  Outcome<byte[]> read(URI uri);
}
