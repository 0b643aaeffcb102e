package dev.theca.enclave.handover;

import dev.theca.wire.Code;
import java.util.Locale;

/** Why a run ended, with the number that travels in an error message. */
public enum HandoverCode implements Code {
  MALFORMED(1),
  PROTOCOL(2),
  PROOF(3),
  IDENTITY(4),
  UNKNOWN_CONTAINER(6),
  SECOND_HANDOVER(9),
  BUSY(10),
  TIMEOUT(11),
  INTERNAL(12);

  private final int number;

  HandoverCode(int number) {
    this.number = number;
  }

  int number() {
    return number;
  }

  static HandoverCode of(long number) {
    for (HandoverCode code : values()) if (code.number == number) return code;
    return INTERNAL;
  }

  @Override
  public String id() {
    return "handover-" + name().toLowerCase(Locale.ROOT).replace('_', '-');
  }
}
