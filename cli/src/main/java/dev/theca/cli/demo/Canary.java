package dev.theca.cli.demo;

import dev.theca.image.build.BuiltImage;
import dev.theca.image.build.LayerBuilder;
import java.security.SecureRandom;
import java.time.Instant;
import java.util.HexFormat;
import java.util.List;

/**
 * Random bytes that stand for what must stay secret: the content of a file, a file's name, and the
 * service's password. Drawn when this is made; nothing older can hold them.
 */
final class Canary {
  static final String CONTENT = "content of a file";
  static final String NAME = "name of a file";
  static final String PASSWORD = "password";

  private final Instant since = Instant.now().minusSeconds(1);
  private final byte[] content = random(8192);
  private final String name = "c" + HexFormat.of().formatHex(random(20));
  private final String password = "p" + HexFormat.of().formatHex(random(20));

  private static byte[] random(int size) {
    byte[] bytes = new byte[size];
    new SecureRandom().nextBytes(bytes);
    return bytes;
  }

  Instant since() {
    return since;
  }

  byte[] content() {
    return content.clone();
  }

  String name() {
    return name;
  }

  String password() {
    return password;
  }

  /** The image with one more layer, which holds the named file. */
  BuiltImage into(BuiltImage image) {
    return image.plus(new LayerBuilder().file("/" + name, content, 0644));
  }

  /** What to search for. */
  List<CanarySearch.Needle> needles() {
    byte[] middle = java.util.Arrays.copyOfRange(content, 4096, 4128);
    return List.of(
        new CanarySearch.Needle(CONTENT, middle),
        new CanarySearch.Needle(NAME, ascii(name)),
        new CanarySearch.Needle(PASSWORD, ascii(password)));
  }

  private static byte[] ascii(String text) {
    return text.getBytes(java.nio.charset.StandardCharsets.US_ASCII);
  }
}
