package dev.theca.linux.fuse;

/**
 * The answer "no" to one file-system request: an error number for the caller. Cheap: it carries no
 * stack.
 */
public final class FuseException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final int errno;

  public FuseException(int errno) {
    super("errno " + errno, null, false, false);
    this.errno = errno;
  }

  public int errno() {
    return errno;
  }
}
