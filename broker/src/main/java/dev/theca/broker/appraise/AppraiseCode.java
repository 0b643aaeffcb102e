package dev.theca.broker.appraise;

import dev.theca.wire.Code;
import java.util.Locale;

/** Why attesters are not judged. Evidence that is not genuine has the codes of {@code evidence}. */
public enum AppraiseCode implements Code {
  /** No attester, or too many. */
  ATTESTERS,
  /** What the evidence is bound to cannot be hashed, or fits no field. */
  BAD_RUNTIME_DATA,
  /** The init data cannot be read, or its digest fits no field. */
  BAD_INIT_DATA;

  @Override
  public String id() {
    return name().toLowerCase(Locale.ROOT).replace('_', '-');
  }
}
