package dev.theca.broker.resource;

import dev.theca.wire.Outcome;

/**
 * How a resource is generated. Written {@code random:32}, {@code aes-256}, {@code ec-p256}, {@code
 * ec-p384}, {@code rsa-3072}, {@code ed25519}, {@code password:24:ALPHABET}.
 */
public sealed interface Recipe {
  /** That many random bytes, 1 to 65,536. */
  record RandomBytes(int bytes) implements Recipe {
    public RandomBytes {
      if (bytes < 1 || bytes > 65_536)
        throw new IllegalArgumentException("1 to 65536 random bytes, not " + bytes);
    }

    @Override
    public String toString() {
      return "random:" + bytes;
    }
  }

  /** Kinds without a parameter. */
  enum Key implements Recipe {
    /** 32 bytes. */
    AES_256("aes-256"),
    /** A private JSON Web Key on P-256. */
    EC_P256("ec-p256"),
    /** A private JSON Web Key on P-384. */
    EC_P384("ec-p384"),
    /** A private JSON Web Key of 3072 bits and exponent 65537. */
    RSA_3072("rsa-3072"),
    /** A private JSON Web Key of type OKP (RFC 8037). */
    ED25519("ed25519");

    private final String text;

    Key(String text) {
      this.text = text;
    }

    @Override
    public String toString() {
      return text;
    }
  }

  /** Characters drawn evenly from an alphabet of distinct printable ones; at least 64 bits. */
  record Password(int length, String alphabet) implements Recipe {
    static final String LETTERS_AND_DIGITS =
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";

    public Password {
      boolean printable = alphabet.chars().allMatch(c -> c > ' ' && c < 127);
      if (!printable || alphabet.chars().distinct().count() != alphabet.length())
        throw new IllegalArgumentException("an alphabet has distinct printable ASCII characters");
      if (length < 1 || length > 1024 || length * bits(alphabet) < 64)
        throw new IllegalArgumentException(
            "a password has 64 bits or more and at most 1024 characters");
    }

    private static double bits(String alphabet) {
      return alphabet.isEmpty() ? 0 : Math.log(alphabet.length()) / Math.log(2);
    }

    @Override
    public String toString() {
      return "password:" + length + ":" + alphabet;
    }
  }

  /** Reads the written form; {@code password:24} means letters and digits. */
  static Outcome<Recipe> parse(String text) {
    for (var key : Key.values()) if (key.toString().equals(text)) return Outcome.granted(key);
    String[] parts = text.split(":", 3);
    boolean counted = parts.length > 1 && parts[1].matches("[0-9]{1,6}");
    try {
      if (counted && parts[0].equals("random") && parts.length == 2)
        return Outcome.granted(new RandomBytes(Integer.parseInt(parts[1])));
      if (counted && parts[0].equals("password"))
        return Outcome.granted(
            new Password(
                Integer.parseInt(parts[1]),
                parts.length == 3 ? parts[2] : Password.LETTERS_AND_DIGITS));
    } catch (IllegalArgumentException e) {
      return refused(String.valueOf(e.getMessage()));
    }
    return refused("something else");
  }

  private static Outcome<Recipe> refused(String found) {
    return Outcome.refused(
        ResourceCode.RECIPE_MALFORMED,
        "recipe",
        "random:BYTES, aes-256, ec-p256, ec-p384, rsa-3072, ed25519, password:LENGTH[:ALPHABET]",
        found,
        "choose one of these");
  }
}
