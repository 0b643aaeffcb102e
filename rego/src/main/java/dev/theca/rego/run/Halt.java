package dev.theca.rego.run;

import dev.theca.rego.RegoCode;

/** Ends an evaluation; becomes a refusal where it was started. */
public final class Halt extends RuntimeException {
  private static final long serialVersionUID = 1;

  private final RegoCode code;
  private final String place;

  /** Says why, and where in the policy. */
  public Halt(RegoCode code, String place, String message) {
    super(message, null, false, false);
    this.code = code;
    this.place = place;
  }

  /** What kind of end. */
  public RegoCode code() {
    return code;
  }

  /** {@code file:line:column}, or what else says where. */
  public String place() {
    return place;
  }

  /** The message. */
  public String text() {
    return String.valueOf(getMessage());
  }
}
