package dev.theca.image.crypt;

import dev.theca.image.spi.KeyWrap;
import dev.theca.wire.Outcome;
import dev.theca.wire.secret.Secret;
import java.nio.file.Path;
import java.util.List;

/** {@code jwe:FILE}: a public key or a certificate. */
public final class JweScheme implements RecipientScheme {
  private static final String PREFIX = "jwe:";

  /** Needs nothing. */
  public JweScheme() {}

  @Override
  public String form() {
    return PREFIX + "FILE";
  }

  @Override
  public boolean takes(String text) {
    return text.startsWith(PREFIX);
  }

  @Override
  public Outcome<List<KeyWrap>> recipients(String text) {
    return SecretFile.read(Path.of(text.substring(PREFIX.length())), KeyFile.MAX_BYTES)
        .then(JweScheme::key);
  }

  private static Outcome<List<KeyWrap>> key(Secret file) {
    try (file) {
      return file.lend(KeyFile::publicKey).map(key -> List.of(new JweWrap(key)));
    }
  }
}
