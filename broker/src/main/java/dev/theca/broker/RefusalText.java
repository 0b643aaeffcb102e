package dev.theca.broker;

import dev.theca.wire.Refusal;
import java.util.List;
import java.util.stream.Collectors;

/**
 * Refusals for people: each on four lines. Characters that would steer a terminal are shown as
 * {@code ?}, since much of the text comes from elsewhere.
 */
public final class RefusalText {
  private RefusalText() {}

  /** All of them, one below the other. */
  public static String of(List<Refusal> reasons) {
    return reasons.stream().map(RefusalText::of).collect(Collectors.joining("\n"));
  }

  /** One of them. */
  public static String of(Refusal reason) {
    return plain(reason.code().id() + ": " + reason.what())
        + "\n  expected: "
        + plain(reason.expected())
        + "\n  found:    "
        + plain(reason.found())
        + "\n  next:     "
        + plain(reason.next());
  }

  /** The text without characters that a terminal obeys. */
  public static String plain(String text) {
    return text.codePoints()
        .map(c -> Character.isISOControl(c) || Character.getType(c) == Character.FORMAT ? '?' : c)
        .collect(StringBuilder::new, StringBuilder::appendCodePoint, StringBuilder::append)
        .toString();
  }
}
