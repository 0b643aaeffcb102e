package dev.theca.interop.crypt;

import dev.theca.image.crypt.Annotations;
import dev.theca.image.crypt.KeyFileReader;
import dev.theca.image.spi.KeyUnwrap;
import dev.theca.wire.Outcome;
import dev.theca.wire.secret.Secret;
import java.util.List;

/** Opens ocicrypt's pkcs11 packets with a key that stays in its token. */
public final class Pkcs11Unwrap implements KeyUnwrap {
  private final Pkcs11Token token;

  Pkcs11Unwrap(Pkcs11Token token) {
    this.token = token;
  }

  /** YAML key files of ocicrypt; the password, if given, is the PIN. */
  public static KeyFileReader files() {
    return (file, password) ->
        Pkcs11KeyFile.parse(file, System.getenv())
            .then(uri -> Pkcs11Token.open(uri, password))
            .map(token -> List.of(new Pkcs11Unwrap(token)));
  }

  @Override
  public boolean reads(String annotation) {
    return annotation.equals(Annotations.PKCS11);
  }

  @Override
  public Outcome<Secret> unwrap(String annotation, byte[] packet) {
    return Pkcs11Packet.parse(packet)
        .then(
            parsed -> {
              for (var blob : parsed.blobs()) {
                var plain = token.decrypt(blob.bytes(), blob.hash());
                if (plain.isPresent()) return Outcome.granted(Secret.moveFrom(plain.get()));
              }
              return Pkcs11Packet.bad("a blob for this key", "others' only");
            });
  }
}
