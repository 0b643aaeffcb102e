package dev.theca.rego;

import dev.theca.wire.Code;
import java.util.Locale;

/** Why a policy is refused before it runs. */
public enum RegoCode implements Code {
  /** The text is no policy. */
  REGO_PARSE,
  /** The text is larger or deeper than allowed. */
  REGO_LIMIT;

  @Override
  public String id() {
    return name().toLowerCase(Locale.ROOT).replace('_', '-');
  }
}
