package dev.theca.wire;

import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Locale;

/**
 * A content digest as OCI writes it, {@code sha256:<64 lower-case hex>} (OCI image-spec,
 * descriptor, "Digests"). Equal digests have equal text. Only sha256, sha384 and sha512 exist here.
 */
public record Digest(String algorithm, String hex) {
  private static final String BAD = "bad-digest";

  public Digest {
    int want = bytes(algorithm) * 2;
    if (want == 0 || hex.length() != want || !hex.matches("[0-9a-f]+")) {
      throw new IllegalArgumentException("not a digest: " + algorithm + ":" + hex);
    }
  }

  /** Reads the text form; refuses unknown algorithms, wrong lengths and upper-case hex. */
  public static Outcome<Digest> parse(String text) {
    int colon = text.indexOf(':');
    String algorithm = colon < 0 ? "" : text.substring(0, colon);
    String hex = text.substring(colon + 1);
    int want = bytes(algorithm) * 2;
    if (want == 0 || hex.length() != want || !hex.matches("[0-9a-f]+")) {
      String shown = text.length() > 100 ? text.substring(0, 100) + "..." : text;
      return Outcome.refused(
          Code.of(BAD),
          "digest",
          "sha256:<64 lower-case hex digits>",
          "'" + shown + "'",
          "use the digest as the registry prints it");
    }
    return Outcome.granted(new Digest(algorithm, hex));
  }

  public static Digest sha256(byte[] content) {
    return new Digest("sha256", HexFormat.of().formatHex(hasher("sha256").digest(content)));
  }

  /** The digest that a finished hasher of this algorithm holds. */
  public static Digest finish(String algorithm, MessageDigest hasher) {
    return new Digest(algorithm, HexFormat.of().formatHex(hasher.digest()));
  }

  /** A fresh hasher for {@code sha256}, {@code sha384} or {@code sha512}. */
  public static MessageDigest hasher(String algorithm) {
    try {
      return MessageDigest.getInstance("SHA-" + algorithm.toLowerCase(Locale.ROOT).substring(3));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("the JDK lacks " + algorithm, e);
    }
  }

  public byte[] toBytes() {
    return HexFormat.of().parseHex(hex);
  }

  @Override
  public String toString() {
    return algorithm + ":" + hex;
  }

  private static int bytes(String algorithm) {
    return switch (algorithm) {
      case "sha256" -> 32;
      case "sha384" -> 48;
      case "sha512" -> 64;
      default -> 0;
    };
  }
}
