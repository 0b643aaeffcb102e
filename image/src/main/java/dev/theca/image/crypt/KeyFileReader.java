package dev.theca.image.crypt;

import dev.theca.image.spi.KeyUnwrap;
import dev.theca.wire.Outcome;
import dev.theca.wire.secret.Secret;
import java.util.List;

/** Knows one kind of key file by its content. */
@FunctionalInterface
public interface KeyFileReader {
  /**
   * What the file opens; refused when it is none of this kind. It keeps neither argument.
   *
   * @param password empty (0 bytes) when none was given
   */
  Outcome<List<KeyUnwrap>> read(Secret file, Secret password);

  /** Private RSA and EC keys, for JWE packets. */
  static KeyFileReader jwe() {
    return (file, password) ->
        KeyFile.privateKey(file, password).map(key -> List.of(new JweUnwrap(key)));
  }
}
