package dev.theca.cli.policy;

import dev.theca.rego.Coverage;
import dev.theca.wire.json.JsonArray;
import dev.theca.wire.json.JsonNumber;
import dev.theca.wire.json.JsonObject;
import dev.theca.wire.json.JsonValue;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.SortedSet;
import java.util.TreeMap;

/** Coverage, as {@code opa test --coverage} reports it. */
final class CoverageReport {
  private CoverageReport() {}

  static String of(Coverage coverage) {
    var files = new LinkedHashMap<String, JsonValue>();
    int covered = 0;
    int missed = 0;
    for (var file : new TreeMap<>(coverage.files()).entrySet()) {
      var lines = file.getValue();
      covered += lines.covered().size();
      missed += lines.missed().size();
      var members = new LinkedHashMap<String, JsonValue>();
      if (!lines.covered().isEmpty()) members.put("covered", ranges(lines.covered()));
      if (!lines.missed().isEmpty()) members.put("not_covered", ranges(lines.missed()));
      count(members, "covered_lines", lines.covered().size());
      count(members, "not_covered_lines", lines.missed().size());
      if (!lines.covered().isEmpty()) members.put("coverage", rounded(lines.percent()));
      files.put(file.getKey(), new JsonObject(members));
    }
    var report = new LinkedHashMap<String, JsonValue>();
    report.put("files", new JsonObject(files));
    report.put("covered_lines", new JsonNumber(covered + ""));
    report.put("not_covered_lines", new JsonNumber(missed + ""));
    report.put("coverage", rounded(coverage.percent()));
    return GoJson.of(new JsonObject(report));
  }

  private static void count(LinkedHashMap<String, JsonValue> members, String name, int lines) {
    if (lines > 0) members.put(name, new JsonNumber(lines + ""));
  }

  static JsonNumber rounded(double percent) {
    var text =
        BigDecimal.valueOf(percent)
            .setScale(2, RoundingMode.HALF_UP)
            .stripTrailingZeros()
            .toPlainString();
    return new JsonNumber(text);
  }

  /** Rows that follow each other are one range. */
  private static JsonArray ranges(SortedSet<Integer> rows) {
    var ranges = new ArrayList<JsonValue>();
    int first = rows.first();
    int last = first;
    for (int row : rows) {
      if (row > last + 1) {
        ranges.add(range(first, last));
        first = row;
      }
      last = row;
    }
    ranges.add(range(first, last));
    return new JsonArray(ranges);
  }

  private static JsonObject range(int first, int last) {
    var members = new LinkedHashMap<String, JsonValue>();
    members.put("start", row(first));
    members.put("end", row(last));
    return new JsonObject(members);
  }

  private static JsonObject row(int row) {
    var member = new LinkedHashMap<String, JsonValue>();
    member.put("row", new JsonNumber(row + ""));
    return new JsonObject(member);
  }
}
