package dev.theca.broker.policy;

import dev.theca.wire.Code;
import java.util.Locale;

/**
 * Why a policy is not kept, or cannot judge. Mistakes in a policy's text have the engine's codes.
 */
public enum PolicyCode implements Code {
  /** The name of a policy has characters or a length that it must not have. */
  POLICY_NAME,
  /** A text has a character that no database can keep. */
  POLICY_TEXT,
  /** No policy has this name. */
  POLICY_UNKNOWN,
  /** The policy never had this version. */
  POLICY_VERSION_UNKNOWN,
  /** The text is a policy, but not one of this kind: the rules that are asked for are missing. */
  POLICY_RULE_MISSING,
  /** The policy came to a result that is none. */
  POLICY_RESULT,
  /** The document that is to be judged cannot be given to a policy. */
  POLICY_INPUT,
  /** A resource policy says no. */
  POLICY_DENIED;

  @Override
  public String id() {
    return name().toLowerCase(Locale.ROOT).replace('_', '-');
  }
}
