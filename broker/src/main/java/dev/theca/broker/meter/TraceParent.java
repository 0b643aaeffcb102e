package dev.theca.broker.meter;

import java.util.Optional;
import java.util.regex.Pattern;

/** The header {@code traceparent} (W3C Trace Context, section 3.2). */
record TraceParent(String traceId, String spanId, boolean sampled) {
  private static final Pattern FORM =
      Pattern.compile("([0-9a-f]{2})-([0-9a-f]{32})-([0-9a-f]{16})-([0-9a-f]{2})(-.*)?");

  static Optional<TraceParent> parse(String header) {
    if (header.length() > 256) return Optional.empty();
    var form = FORM.matcher(header);
    if (!form.matches() || form.group(1).equals("ff")) return Optional.empty();
    if (form.group(1).equals("00") && form.group(5) != null) return Optional.empty();
    String trace = form.group(2);
    String span = form.group(3);
    if (trace.chars().allMatch(c -> c == '0') || span.chars().allMatch(c -> c == '0'))
      return Optional.empty();
    return Optional.of(
        new TraceParent(trace, span, (Integer.parseInt(form.group(4), 16) & 1) != 0));
  }
}
