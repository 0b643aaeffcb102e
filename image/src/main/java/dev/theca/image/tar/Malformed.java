package dev.theca.image.tar;

import java.io.IOException;

/**
 * Bytes that are not what their type says: no tar, no gzip, a tree that cannot be. The message
 * names the entry or the place, and holds no content.
 */
public class Malformed extends IOException {
  private static final long serialVersionUID = 1L;

  public Malformed(String message) {
    super(message);
  }

  /** More than a limit allows: another limit would let it pass. */
  public static final class Exceeded extends Malformed {
    private static final long serialVersionUID = 1L;

    public Exceeded(String message) {
      super(message);
    }
  }
}
