package dev.theca.enclave.handover;

import dev.theca.wire.Refusal;

/** A step of a run did not hold; ends the run and never leaves the package. */
final class HandoverFailed extends Exception {
  private static final long serialVersionUID = 1L;

  final HandoverCode code;
  final transient Refusal refusal;

  HandoverFailed(HandoverCode code, String what, String expected, String found) {
    this(
        code,
        new Refusal(
            code,
            what,
            expected,
            found,
            "start the container again; if it repeats, see the agent's log"));
  }

  HandoverFailed(HandoverCode code, Refusal refusal) {
    super(refusal.toString());
    this.code = code;
    this.refusal = refusal;
  }
}
