package dev.theca.linux.fuse;

/** Where faults of serving are told. Made when the first one happens: looking for it takes long. */
final class FuseLog {
  static final System.Logger LOG = System.getLogger("theca.fuse");

  private FuseLog() {}
}
