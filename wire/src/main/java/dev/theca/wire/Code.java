package dev.theca.wire;

/**
 * A stable refusal code, lower-case words joined by hyphens ({@code policy-denied}). Each room
 * lists its own in an enum that implements this; a code that arrives over a wire is a {@link Named}
 * one. Compare by {@link #id()}.
 */
public interface Code {
  String id();

  /** The code with this id, as read from a wire; the id is checked, the meaning is the sender's. */
  static Code of(String id) {
    return new Named(id);
  }

  /** A code known by its id only. */
  record Named(String id) implements Code {
    public Named {
      if (!id.matches("[a-z][a-z0-9]*(-[a-z0-9]+)*") || id.length() > 64) {
        throw new IllegalArgumentException("not a refusal code: " + id);
      }
    }
  }
}
