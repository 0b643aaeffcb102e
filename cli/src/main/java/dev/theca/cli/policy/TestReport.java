package dev.theca.cli.policy;

import dev.theca.rego.PolicyTests.Test;
import dev.theca.rego.PolicyTests.Verdict;
import dev.theca.wire.json.JsonArray;
import dev.theca.wire.json.JsonBool;
import dev.theca.wire.json.JsonNumber;
import dev.theca.wire.json.JsonObject;
import dev.theca.wire.json.JsonString;
import dev.theca.wire.json.JsonValue;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** What became of the tests, as {@code opa test} reports it. */
final class TestReport {
  private static final String LINE = "-".repeat(80);

  private TestReport() {}

  static void pretty(List<Test> tests, boolean verbose, PrintStream out) {
    boolean dirty = false;
    String file = "";
    for (Test test : tests) {
      if (test.verdict() == Verdict.PASS && !verbose) continue;
      if (!file.isEmpty() && !file.equals(test.at().file())) out.println();
      file = test.at().file();
      dirty = true;
      out.println(file + ":" + test.at().line() + ":");
      out.println(line(test));
      if (!test.prints().isEmpty()) {
        out.println();
        String.join("\n", test.prints()).strip().lines().forEach(l -> out.println("  " + l));
        out.println();
      }
      error(test).ifPresent(text -> out.println("  " + text));
    }
    var failed = tests.stream().filter(test -> test.verdict() == Verdict.FAIL).toList();
    if (verbose && !failed.isEmpty()) {
      out.println(LINE);
      out.println("FAILURES");
      out.println(LINE);
      for (Test test : failed) {
        out.println(line(test));
        out.println();
      }
    }
    if (dirty) out.println(LINE);
    for (Verdict verdict : Verdict.values()) {
      long count = tests.stream().filter(test -> test.verdict() == verdict).count();
      if (count > 0) out.println(verdict + ": " + count + "/" + tests.size());
    }
  }

  /** A test, how it ended and how long it took. */
  static String line(Test test) {
    String text = test.fullName() + ": " + test.verdict();
    return test.verdict() == Verdict.SKIPPED
        ? text
        : text + " (" + GoDuration.of(test.took()) + ")";
  }

  private static Optional<String> error(Test test) {
    return test.reasons().stream()
        .findFirst()
        .map(reason -> Mistake.of(reason, _ -> Optional.empty()).toString());
  }

  static String json(List<Test> tests) {
    return GoJson.of(new JsonArray(tests.stream().map(TestReport::one).toList()));
  }

  private static JsonValue one(Test test) {
    var at = new LinkedHashMap<String, JsonValue>();
    at.put("file", new JsonString(test.at().file()));
    at.put("row", new JsonNumber(test.at().line() + ""));
    at.put("col", new JsonNumber(test.at().column() + ""));
    var members = new LinkedHashMap<String, JsonValue>();
    error(test)
        .ifPresent(
            text -> members.put("error", new JsonObject(Map.of("message", new JsonString(text)))));
    members.put("location", new JsonObject(at));
    members.put("package", new JsonString(test.inPackage()));
    members.put("name", new JsonString(test.name()));
    if (!test.prints().isEmpty()) {
      byte[] printed = (String.join("\n", test.prints()) + "\n").getBytes(StandardCharsets.UTF_8);
      members.put("output", new JsonString(Base64.getEncoder().encodeToString(printed)));
    }
    members.put("duration", new JsonNumber(test.took().toNanos() + ""));
    if (test.verdict() == Verdict.FAIL) members.put("fail", new JsonBool(true));
    if (test.verdict() == Verdict.SKIPPED) members.put("skip", new JsonBool(true));
    return new JsonObject(members);
  }
}
