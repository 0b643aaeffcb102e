package dev.theca.evidence;

import java.util.Set;

/**
 * Which TCB statuses are acceptable; crypto, chains, revocation and formats are not a matter of
 * policy.
 *
 * @param accepted statuses that need no warning
 * @param warned statuses that are accepted with a warning
 * @param allowDebug debug enclaves pass (never in production)
 */
public record Policy(Set<TcbStatus> accepted, Set<TcbStatus> warned, boolean allowDebug) {
  /** Up-to-date platforms and production enclaves only. */
  public static final Policy STRICT = new Policy(Set.of(TcbStatus.UP_TO_DATE), Set.of(), false);

  /** Also platforms that need a software or configuration measure, with a warning. */
  public static final Policy STANDARD =
      new Policy(
          Set.of(TcbStatus.UP_TO_DATE),
          Set.of(
              TcbStatus.SW_HARDENING_NEEDED,
              TcbStatus.CONFIGURATION_NEEDED,
              TcbStatus.CONFIGURATION_AND_SW_HARDENING_NEEDED),
          false);
}
