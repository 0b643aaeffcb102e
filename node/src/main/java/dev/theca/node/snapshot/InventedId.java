package dev.theca.node.snapshot;

/**
 * The number that a placeholder's passwd and group give to a name of an image. The image's own
 * files, which the host never sees, have another.
 */
public final class InventedId {
  public static final int VALUE = 65_400;

  private InventedId() {}
}
