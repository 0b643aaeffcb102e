package dev.theca.image.crypt;

import dev.theca.image.spi.KeyUnwrap;
import dev.theca.wire.Outcome;
import java.util.List;

/** One way to name decryption keys on a command line. */
public interface DecryptionKeyScheme {
  /** How people write it, for messages. */
  String form();

  boolean takes(String text);

  /** Asked only for what it takes. */
  Outcome<List<KeyUnwrap>> keys(String text);
}
