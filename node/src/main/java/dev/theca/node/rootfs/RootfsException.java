package dev.theca.node.rootfs;

/** A root file system cannot be mounted as asked; the message names the mount and what is wrong. */
public final class RootfsException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  RootfsException(String message) {
    super(message);
  }

  RootfsException(String message, Throwable cause) {
    super(message + ": " + cause.getMessage(), cause);
  }
}
