package dev.theca.wire.meter;

import java.math.BigDecimal;
import java.util.List;
import java.util.Map;

/** Prometheus text exposition format 0.0.4. */
final class PrometheusText {
  private final StringBuilder out = new StringBuilder(16 << 10);

  private PrometheusText() {}

  static String of(List<Family> families) {
    var text = new PrometheusText();
    families.forEach(text::family);
    return text.out.toString();
  }

  private void family(Family family) {
    out.append("# HELP ").append(family.name()).append(' ').append(escaped(family.help(), false));
    out.append("\n# TYPE ").append(family.name()).append(' ');
    out.append(
        switch (family.type()) {
          case COUNTER -> "counter";
          case GAUGE -> "gauge";
          case HISTOGRAM -> "histogram";
        });
    out.append('\n');
    for (var point : family.points()) {
      switch (point) {
        case Family.Point.Number(var labels, double value) ->
            line(family.name(), labels, "", value);
        case Family.Point.Distribution distribution -> histogram(family.name(), distribution);
      }
    }
  }

  private void histogram(String name, Family.Point.Distribution distribution) {
    long cumulative = 0;
    for (int i = 0; i < distribution.bounds().size(); i++) {
      cumulative += distribution.counts().get(i);
      String le = number(distribution.bounds().get(i));
      line(name + "_bucket", distribution.labels(), le, cumulative);
    }
    line(name + "_bucket", distribution.labels(), "+Inf", distribution.count());
    line(name + "_sum", distribution.labels(), "", distribution.sum());
    line(name + "_count", distribution.labels(), "", distribution.count());
  }

  private void line(String name, Map<String, String> labels, String le, double value) {
    out.append(name);
    if (!labels.isEmpty() || !le.isEmpty()) {
      out.append('{');
      String comma = "";
      for (var label : labels.entrySet()) {
        out.append(comma).append(label.getKey()).append("=\"");
        out.append(escaped(label.getValue(), true)).append('"');
        comma = ",";
      }
      if (!le.isEmpty()) out.append(comma).append("le=\"").append(le).append('"');
      out.append('}');
    }
    out.append(' ').append(number(value)).append('\n');
  }

  private static String number(double value) {
    if (Double.isNaN(value)) return "NaN";
    if (Double.isInfinite(value)) return value > 0 ? "+Inf" : "-Inf";
    if (value == Math.rint(value) && Math.abs(value) < 1e15) return Long.toString((long) value);
    return BigDecimal.valueOf(value).stripTrailingZeros().toPlainString();
  }

  private static String escaped(String text, boolean quotes) {
    String escaped = text.replace("\\", "\\\\").replace("\n", "\\n");
    return quotes ? escaped.replace("\"", "\\\"") : escaped;
  }
}
