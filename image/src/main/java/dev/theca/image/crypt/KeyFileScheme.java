package dev.theca.image.crypt;

import dev.theca.image.spi.KeyUnwrap;
import dev.theca.wire.Outcome;
import dev.theca.wire.Refusal;
import dev.theca.wire.secret.Secret;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** {@code FILE}, with a password behind a colon when it needs one. */
final class KeyFileScheme implements DecryptionKeyScheme {
  private static final int MAX_PASSWORD = 1024;

  private final List<KeyFileReader> readers;

  KeyFileScheme(List<KeyFileReader> readers) {
    this.readers = List.copyOf(readers);
  }

  @Override
  public String form() {
    return "FILE[:PASSWORD|:pass=PASSWORD|:file=FILE|:fd=NUMBER]";
  }

  @Override
  public boolean takes(String text) {
    return !text.startsWith("provider:");
  }

  @Override
  public Outcome<List<KeyUnwrap>> keys(String text) {
    int colon = text.indexOf(':');
    boolean whole = colon < 0 || Files.exists(Path.of(text));
    String file = whole ? text : text.substring(0, colon);
    return password(whole ? "" : text.substring(colon + 1))
        .then(
            password -> {
              try (password) {
                return SecretFile.read(Path.of(file), KeyFile.MAX_BYTES)
                    .then(content -> read(file, content, password));
              }
            });
  }

  private Outcome<List<KeyUnwrap>> read(String name, Secret file, Secret password) {
    var found = new ArrayList<KeyUnwrap>();
    var reasons = new ArrayList<Refusal>();
    try (file) {
      for (KeyFileReader reader : readers) {
        switch (reader.read(file, password)) {
          case Outcome.Granted<List<KeyUnwrap>>(var keys) -> found.addAll(keys);
          case Outcome.Refused<List<KeyUnwrap>>(var why) -> reasons.addAll(why);
        }
      }
    }
    if (!found.isEmpty()) return Outcome.granted(List.copyOf(found));
    reasons.addFirst(
        CryptCode.KEY_FILE.reason(
            name, "a private key", "none that is understood", "see what each reader says"));
    return Outcome.refused(reasons);
  }

  private static Outcome<Secret> password(String text) {
    if (text.startsWith("file=")) return line(Path.of(text.substring(5)));
    if (text.startsWith("fd=")) {
      return text.matches("fd=[0-9]{1,9}")
          ? line(Path.of("/dev/fd/" + text.substring(3)))
          : CryptCode.KEY_FILE.refuse(
              "password", "fd= and a number", "another text", "name an open file descriptor");
    }
    String word = text.startsWith("pass=") ? text.substring(5) : text;
    return Outcome.granted(Secret.moveFrom(word.getBytes(StandardCharsets.UTF_8)));
  }

  /** Editors end files with a line feed; passwords do not. */
  private static Outcome<Secret> line(Path file) {
    return SecretFile.read(file, MAX_PASSWORD)
        .map(
            secret -> {
              try (secret) {
                return secret.lend(
                    bytes -> {
                      int length = bytes.length;
                      if (length > 0 && bytes[length - 1] == '\n') length--;
                      if (length > 0 && bytes[length - 1] == '\r') length--;
                      return Secret.moveFrom(java.util.Arrays.copyOf(bytes, length));
                    });
              }
            });
  }
}
