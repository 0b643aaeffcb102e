package dev.theca.wire;

import java.util.List;
import java.util.stream.Collectors;

/** A refusal that reached a border which has no other way to say no (a {@code main}, a test). */
public final class RefusedException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final transient List<Refusal> reasons;

  public RefusedException(List<Refusal> reasons) {
    super(reasons.stream().map(Refusal::toString).collect(Collectors.joining("\n")));
    this.reasons = List.copyOf(reasons);
  }

  public List<Refusal> reasons() {
    return reasons;
  }
}
