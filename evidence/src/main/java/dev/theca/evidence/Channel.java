package dev.theca.evidence;

/**
 * Which edition of Intel's TCB data: the standard one, the early one that appears with a TCB
 * recovery, or one by its evaluation number.
 */
public record Channel(String update, int number) {
  public static final Channel STANDARD = new Channel("standard", 0);
  public static final Channel EARLY = new Channel("early", 0);

  /** The collateral of one TCB evaluation number. */
  public static Channel evaluation(int number) {
    return new Channel("", number);
  }

  /** The query of the provisioning service's API. */
  public String query() {
    return number > 0 ? "tcbEvaluationDataNumber=" + number : "update=" + update;
  }
}
