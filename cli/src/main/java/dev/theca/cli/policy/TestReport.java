package dev.theca.cli.policy;

import dev.theca.cli.policy.TestCase.Outcome;
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

/** What became of the tests, as {@code opa test} reports it. */
final class TestReport {
  private static final String LINE = "-".repeat(80);

  private TestReport() {}

  static void pretty(List<TestCase> tests, boolean verbose, PrintStream out) {
    boolean dirty = false;
    String file = "";
    for (TestCase test : tests) {
      if (test.outcome() == Outcome.PASS && !verbose) continue;
      if (!file.isEmpty() && !file.equals(test.at().file())) out.println();
      file = test.at().file();
      dirty = true;
      out.println(file + ":" + test.at().line() + ":");
      out.println(test);
      if (!test.prints().isEmpty()) {
        out.println();
        String.join("\n", test.prints()).strip().lines().forEach(l -> out.println("  " + l));
        out.println();
      }
      if (!test.error().isEmpty()) out.println("  " + test.error());
    }
    var failed = tests.stream().filter(test -> test.outcome() == Outcome.FAIL).toList();
    if (verbose && !failed.isEmpty()) {
      out.println(LINE);
      out.println("FAILURES");
      out.println(LINE);
      for (TestCase test : failed) {
        out.println(test);
        out.println();
      }
    }
    if (dirty) out.println(LINE);
    for (Outcome outcome : Outcome.values()) {
      long count = tests.stream().filter(test -> test.outcome() == outcome).count();
      if (count > 0) out.println(outcome + ": " + count + "/" + tests.size());
    }
  }

  static String json(List<TestCase> tests) {
    return GoJson.of(new JsonArray(tests.stream().map(TestReport::one).toList()));
  }

  private static JsonValue one(TestCase test) {
    var at = new LinkedHashMap<String, JsonValue>();
    at.put("file", new JsonString(test.at().file()));
    at.put("row", new JsonNumber(test.at().line() + ""));
    at.put("col", new JsonNumber(test.at().column() + ""));
    var members = new LinkedHashMap<String, JsonValue>();
    if (!test.error().isEmpty())
      members.put("error", new JsonObject(Map.of("message", new JsonString(test.error()))));
    members.put("location", new JsonObject(at));
    members.put("package", new JsonString(test.inPackage()));
    members.put("name", new JsonString(test.name()));
    if (!test.prints().isEmpty()) {
      byte[] printed = (String.join("\n", test.prints()) + "\n").getBytes(StandardCharsets.UTF_8);
      members.put("output", new JsonString(Base64.getEncoder().encodeToString(printed)));
    }
    members.put("duration", new JsonNumber(test.took().toNanos() + ""));
    if (test.outcome() == Outcome.FAIL) members.put("fail", new JsonBool(true));
    if (test.outcome() == Outcome.SKIPPED) members.put("skip", new JsonBool(true));
    return new JsonObject(members);
  }
}
