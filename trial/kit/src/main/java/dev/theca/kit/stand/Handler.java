package dev.theca.kit.stand;

/** A way to run plain containers: containerd's own shim, or our node daemon. */
public enum Handler {
  STOCK("runc", "io.containerd.runc.v2"),
  PLAIN("theca-plain", "io.containerd.theca-plain.v2");

  private final String cri;
  private final String runtime;

  Handler(String cri, String runtime) {
    this.cri = cri;
    this.runtime = runtime;
  }

  /** The name of the handler in CRI. */
  public String cri() {
    return cri;
  }

  /** The runtime for {@code ctr run --runtime}. */
  public String runtime() {
    return runtime;
  }
}
