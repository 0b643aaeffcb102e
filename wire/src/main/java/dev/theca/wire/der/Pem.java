package dev.theca.wire.der;

import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;

/** PEM text (RFC 7468): the blocks of one label, in order. */
public final class Pem {
  private static final int MAX_CHARS = 1 << 20;
  private static final int MAX_BLOCKS = 64;

  private Pem() {}

  public static String write(String label, byte[] der) {
    return "-----BEGIN "
        + label
        + "-----\n"
        + Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(der)
        + "\n-----END "
        + label
        + "-----\n";
  }

  /**
   * The decoded blocks with this label; empty when the text is too large or a block is malformed.
   */
  public static Optional<List<byte[]>> read(String label, String text) {
    if (text.length() > MAX_CHARS) return Optional.empty();
    var blocks = new ArrayList<byte[]>();
    var matcher =
        Pattern.compile(
                "-----BEGIN "
                    + Pattern.quote(label)
                    + "-----([A-Za-z0-9+/=\\s]*+)-----END "
                    + Pattern.quote(label)
                    + "-----")
            .matcher(text);
    try {
      while (matcher.find()) {
        if (blocks.size() == MAX_BLOCKS) return Optional.empty();
        blocks.add(Base64.getDecoder().decode(matcher.group(1).replaceAll("\\s", "")));
      }
    } catch (IllegalArgumentException e) {
      return Optional.empty();
    }
    return Optional.of(List.copyOf(blocks));
  }
}
