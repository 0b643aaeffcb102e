package dev.theca.cli.policy;

import dev.theca.broker.AdminCall;
import dev.theca.cli.broker.Columns;
import dev.theca.cli.broker.Connection;
import dev.theca.cli.broker.Input;
import dev.theca.cli.broker.Talk;
import dev.theca.cli.broker.WhichPolicy;
import dev.theca.cli.broker.WrongUsage;
import dev.theca.wire.json.Json;
import dev.theca.wire.json.JsonArray;
import dev.theca.wire.json.JsonObject;
import dev.theca.wire.json.JsonValue;
import dev.theca.wire.kbs.Kbs;
import java.nio.file.Path;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code theca policy try}: who would lose access under another policy or other collateral. */
@Command(
    name = "try",
    mixinStandardHelpOptions = true,
    exitCodeOnInvalidInput = Connection.USAGE,
    description = {
      "Judges the attestations that a broker recorded as things are and as they would be, and",
      "lists who would lose access and who would gain it. Changes nothing.",
      "",
      "Examples:",
      "  theca policy try --kind attestation --id default_cpu appraisal.rego",
      "  theca policy try --kind tenant --id team-a release.rego --path team-a/key/one",
      "  theca policy try --collateral collateral.json --at now"
    },
    exitCodeListHeading = "%nExit codes:%n",
    exitCodeList = {
      "0:nobody would lose access",
      "2:somebody would, or the broker refused",
      "64:wrong usage, or no token",
      "69:the broker does not answer"
    })
public final class TryCommand implements Callable<Integer> {
  @Mixin private Connection to = new Connection();

  @Mixin private WhichPolicy which = new WhichPolicy();

  @Parameters(
      index = "0",
      arity = "0..1",
      paramLabel = "FILE",
      description = "the policy as it would be, Rego; - reads it")
  private @Nullable Path file;

  @Option(
      names = "--collateral",
      paramLabel = "BUNDLE",
      description = "collateral as it would be, of 'theca collateral bundle'")
  private @Nullable Path collateral;

  @Option(
      names = "--path",
      paramLabel = "TENANT/TYPE/TAG",
      description = "what each of them asks for; access means all of these (repeatable)")
  private List<String> paths = List.of();

  @Option(
      names = "--at",
      paramLabel = "now|TIME",
      defaultValue = "",
      description = "judge at this time (default: that of each recording)")
  private String at = "";

  @Option(
      names = "--limit",
      paramLabel = "N",
      defaultValue = "1000",
      description = "how many of the newest recordings (default: ${DEFAULT-VALUE})")
  private int limit;

  /** For the command line. */
  public TryCommand() {}

  @Override
  public Integer call() {
    return to.run(this::tried);
  }

  private int tried(Talk talk) {
    var report = talk.ask(AdminCall.post("theca/v1/trials").with(Json.write(wish())));
    var changes = report.array("changes").orElse(List.of());
    long lose = count(changes, "loses");
    var text = new StringBuilder();
    if (!changes.isEmpty())
      text.append(
          Columns.of(changes, "", "effect", "subject", "recorded", "before", "after", "reason"));
    text.append(report.integer("judged").orElse(0L)).append(" attestations judged: ");
    text.append(lose).append(" would lose access, ").append(count(changes, "gains"));
    text.append(" would gain it");
    int unused = talk.say(report, text.toString());
    return lose > 0 ? Connection.REFUSED : 0;
  }

  private static long count(List<JsonValue> changes, String effect) {
    return changes.stream()
        .filter(c -> c instanceof JsonObject o && o.string("effect").orElse("").equals(effect))
        .count();
  }

  private JsonObject wish() {
    if ((file == null) == (collateral == null))
      throw new WrongUsage("give a policy with --kind and --id, or --collateral BUNDLE");
    if (limit < 1 || limit > 10_000) throw new WrongUsage("--limit takes 1 to 10000");
    var wish = JsonObject.builder();
    if (collateral != null) {
      if (which.isNamed()) throw new WrongUsage("--collateral goes without --kind and --id");
      wish.put("collateral", Input.json(collateral));
    }
    if (file != null)
      wish.put("kind", which.kind()).put("id", which.id()).put("policy", Input.text(file));
    for (String path : paths)
      if (!Kbs.isResourcePath(path)) throw new WrongUsage("--path takes TENANT/TYPE/TAG");
    wish.put("paths", JsonArray.strings(paths));
    if (!at.isEmpty()) wish.put("at", time());
    return wish.put("limit", limit).build();
  }

  private String time() {
    try {
      return at.equals("now") ? at : Instant.parse(at).toString();
    } catch (DateTimeParseException e) {
      throw new WrongUsage("--at takes now, or a time such as 2026-11-21T12:00:00Z");
    }
  }
}
