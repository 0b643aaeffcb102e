package dev.theca.cli.node;

import dev.theca.broker.RefusalText;
import dev.theca.cli.broker.Connection;
import dev.theca.node.install.Doctor;
import dev.theca.node.install.Finding;
import dev.theca.wire.json.Json;
import dev.theca.wire.json.JsonArray;
import dev.theca.wire.json.JsonBool;
import dev.theca.wire.json.JsonObject;
import dev.theca.wire.json.JsonValue;
import dev.theca.wire.json.RefusalJson;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** {@code theca node doctor}. */
@Command(
    name = "doctor",
    mixinStandardHelpOptions = true,
    exitCodeOnInvalidInput = NodeCommand.USAGE,
    description = {
      "Looks at the node from every side and says what to do; changes nothing.",
      "",
      "Examples:",
      "  theca node doctor",
      "  theca node doctor --json"
    },
    exitCodeListHeading = "%nExit codes:%n",
    exitCodeList = {
      "0:confidential pods can run; there may be notes",
      "1:something keeps them from running",
      "64:wrong usage"
    })
final class DoctorCommand implements Callable<Integer> {
  @Mixin private Here here = new Here();

  @Override
  public Integer call() {
    var out = new PrintStream(System.out, true, StandardCharsets.UTF_8);
    var err = new PrintStream(System.err, true, StandardCharsets.UTF_8);
    return Connection.guarded(
        () -> {
          var findings = new Doctor(here.site(), here.program()).look();
          if (here.json()) out.println(Json.pretty(json(findings)));
          else show(findings, out);
          return healthy(findings) ? 0 : NodeCommand.WRONG;
        },
        here.json(),
        out,
        err);
  }

  private static boolean healthy(List<Finding> findings) {
    return findings.stream().noneMatch(Finding::problem);
  }

  private static void show(List<Finding> findings, PrintStream out) {
    for (var finding : findings)
      out.println(
          (finding.problem() ? "problem  " : "note     ")
              + RefusalText.of(List.of(finding.what())));
    if (healthy(findings)) out.println("confidential pods can run here");
  }

  private static JsonObject json(List<Finding> findings) {
    List<JsonValue> rows =
        findings.stream()
            .<JsonValue>map(
                f ->
                    JsonObject.builder()
                        .put("problem", new JsonBool(f.problem()))
                        .put("finding", RefusalJson.write(f.what()))
                        .build())
            .toList();
    return JsonObject.builder()
        .put("healthy", new JsonBool(healthy(findings)))
        .put("findings", new JsonArray(rows))
        .build();
  }
}
