package dev.theca.image.crypt;

import dev.theca.image.spi.KeyWrap;
import dev.theca.wire.Outcome;
import java.util.List;

/** One way to name recipients on a command line, for example {@code jwe:FILE}. */
public interface RecipientScheme {
  /** How people write it, for messages. */
  String form();

  boolean takes(String text);

  /** Asked only for what it takes. */
  Outcome<List<KeyWrap>> recipients(String text);
}
