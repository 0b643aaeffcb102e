package dev.theca.rego.spi;

/**
 * A host's function cannot answer, through no fault of its arguments: a store that is out of reach,
 * an answer that came too late. Ends the evaluation with {@code rego-host}; no policy may take it
 * for "undefined".
 */
public final class HostFault extends RuntimeException {
  private static final long serialVersionUID = 1;

  /** Says what failed; names no secret. */
  public HostFault(String message, Throwable cause) {
    super(message, cause);
  }
}
