package dev.theca.linux;

/**
 * A system call failed. The message says what was tried, the error's name and what usually helps.
 */
public final class LinuxException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final int errno;

  public LinuxException(String what, int errno) {
    super(what + " failed: " + Errno.describe(errno));
    this.errno = errno;
  }

  /** The error number, positive; see {@link Errno}. */
  public int errno() {
    return errno;
  }
}
