package dev.theca.image.sign;

import dev.theca.wire.Outcome;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;

/**
 * A log's signed tree head as a signed note (C2SP tlog-checkpoint and signed-note): origin, size
 * and root hash, a blank line, and signatures. Unverified until {@link #by}.
 */
record Checkpoint(String origin, long size, byte[] root, byte[] text, List<Signed> signatures) {
  private static final int MAX_CHARS = 16 << 10;
  private static final int MAX_SIGNATURES = 32;

  /** One signature: its key's name, the first bytes of its key's hash, the signature itself. */
  record Signed(String name, byte[] hint, byte[] signature) {}

  static Outcome<Checkpoint> parse(String note) {
    int blank = note.indexOf("\n\n");
    if (blank < 0 || note.length() > MAX_CHARS || !note.endsWith("\n"))
      return bad("a text, a blank line and signatures", "other text");
    String text = note.substring(0, blank + 1);
    String[] lines = text.split("\n", -1);
    if (lines.length < 4 || lines[0].isEmpty()) return bad("origin, size and root", "less");
    var signatures = new ArrayList<Signed>();
    try {
      for (String line : note.substring(blank + 2).split("\n")) {
        String[] words = line.split(" ", -1);
        byte[] bytes = Base64.getDecoder().decode(words.length == 3 ? words[2] : "");
        if (words.length != 3 || !words[0].equals("\u2014") || bytes.length < 5)
          return bad("signatures as '\u2014 name base64'", "another line");
        if (signatures.size() == MAX_SIGNATURES) return bad("fewer signatures", "too many");
        signatures.add(
            new Signed(
                words[1], Arrays.copyOf(bytes, 4), Arrays.copyOfRange(bytes, 4, bytes.length)));
      }
      if (!lines[1].matches("0|[1-9][0-9]{0,17}")) return bad("a size", "other text");
      byte[] root = Base64.getDecoder().decode(lines[2]);
      if (root.length != 32) return bad("a root hash of 32 bytes", root.length + "");
      return Outcome.granted(
          new Checkpoint(
              lines[0],
              Long.parseLong(lines[1]),
              root,
              text.getBytes(StandardCharsets.UTF_8),
              List.copyOf(signatures)));
    } catch (IllegalArgumentException e) {
      return bad("base64", "other text");
    }
  }

  /** Whether this log signed it. The hint only finds the signature; the key decides. */
  boolean by(TrustedLog log) {
    return signatures.stream()
        .anyMatch(s -> log.hinted(s) && log.key().verifies(text, s.signature));
  }

  private static <T> Outcome<T> bad(String expected, String found) {
    return SignCode.LOG.refused(
        "checkpoint of the log", expected, found, "sign again, and keep the log's answer whole");
  }
}
