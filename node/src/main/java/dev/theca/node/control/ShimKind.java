package dev.theca.node.control;

import java.util.Optional;

/**
 * Which of the two handlers a call came by: it follows from the name under which containerd
 * executes the launcher, and from nothing else.
 */
public enum ShimKind {
  /** {@code containerd-shim-theca-v2}: every container is an enclave's. */
  CONFIDENTIAL("theca", "io.theca"),
  /** {@code containerd-shim-theca-plain-v2}: containers as any other runtime runs them. */
  PLAIN("theca-plain", "io.theca-plain");

  private final String shim;
  private final String runtime;

  ShimKind(String shim, String runtime) {
    this.shim = shim;
    this.runtime = runtime;
  }

  /** The kind of a launcher's name; empty for a name that is no handler of ours. */
  public static Optional<ShimKind> named(String shim) {
    for (ShimKind kind : values()) if (kind.shim.equals(shim)) return Optional.of(kind);
    return Optional.empty();
  }

  /** The handler's name in the launcher's. */
  public String word() {
    return shim;
  }

  /** The name in RuntimeInfo; the launcher makes the same when there is no daemon. */
  String runtime() {
    return runtime;
  }
}
