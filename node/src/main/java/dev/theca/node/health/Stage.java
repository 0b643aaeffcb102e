package dev.theca.node.health;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** One stage while it runs. One of its ends is called, once. */
public final class Stage {
  private static final int MAX_CHARS = 400;

  private final Stages stages;
  private final String name;
  private final long start = System.nanoTime();
  private final Map<String, String> fields = new LinkedHashMap<>();

  Stage(Stages stages, String name) {
    this.stages = stages;
    this.name = name;
  }

  public Stage pod(String id) {
    return with("pod", id);
  }

  public Stage container(String id) {
    return with("container", id);
  }

  /** A further field; the last value of a name counts. */
  public Stage with(String field, Object value) {
    fields.put(field, String.valueOf(value));
    return this;
  }

  public void granted() {
    end("granted", System.Logger.Level.INFO);
  }

  /** The owner's or the platform's no; {@code code} is the refusal's. */
  public void refused(String code) {
    with("code", code).end("refused", System.Logger.Level.WARNING);
  }

  public void fault(Throwable cause) {
    with(
            "reason",
            cause.getMessage() == null ? cause.getClass().getSimpleName() : cause.getMessage())
        .end("fault", System.Logger.Level.ERROR);
  }

  private void end(String outcome, System.Logger.Level level) {
    long nanos = System.nanoTime() - start;
    var line = new StringBuilder("stage=").append(name);
    fields.forEach((key, value) -> line.append(' ').append(key).append('=').append(plain(value)));
    line.append(" outcome=").append(outcome);
    line.append(" ms=").append(TimeUnit.NANOSECONDS.toMillis(nanos));
    stages.ended(name, outcome, nanos, line.toString(), level);
  }

  /** One word, or quoted; a value from outside cannot begin a line or a field of its own. */
  static String plain(String value) {
    String cut = value.length() > MAX_CHARS ? value.substring(0, MAX_CHARS) + "..." : value;
    boolean word = !cut.isEmpty();
    var text = new StringBuilder();
    for (int i = 0; i < cut.length(); i++) {
      char c = cut.charAt(i);
      if (c == '"' || c == '\\') text.append('\\').append(c);
      else if (c < ' ' || c == 0x7f) text.append("\\u%04x".formatted((int) c));
      else text.append(c);
      word &= c > ' ' && c != '"' && c != '=' && c != 0x7f && c != '\\';
    }
    return word ? text.toString() : "\"" + text + "\"";
  }
}
