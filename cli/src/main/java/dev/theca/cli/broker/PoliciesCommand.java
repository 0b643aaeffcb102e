package dev.theca.cli.broker;

import dev.theca.broker.AdminCall;
import dev.theca.wire.json.Json;
import dev.theca.wire.json.JsonObject;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code theca broker policy}: the policies in force, and their versions. */
@Command(
    name = "policy",
    mixinStandardHelpOptions = true,
    exitCodeOnInvalidInput = Connection.USAGE,
    description = {
      "The policies in force, and their versions.",
      "'theca policy try' shows beforehand who would lose access.",
      "",
      "Examples:",
      "  theca broker policy put --kind tenant --id team-a release.rego",
      "  theca broker policy rollback --kind resource 1"
    })
final class PoliciesCommand {
  private static final String ROUTE = "theca/v1/policies";

  @Command(
      name = "put",
      mixinStandardHelpOptions = true,
      exitCodeOnInvalidInput = Connection.USAGE,
      description = {
        "Puts a policy in force, unless it has mistakes.",
        "",
        "Example: theca broker policy put --kind attestation --id default_cpu appraisal.rego"
      })
  int put(
      @Mixin Connection to,
      @Mixin WhichPolicy which,
      @Parameters(index = "0", paramLabel = "FILE", description = "the policy, Rego; - reads it")
          Path file) {
    return to.run(
        talk -> {
          var call = AdminCall.put(ROUTE, which.kind(), which.id()).with(Input.of(file));
          return inForce(talk, talk.ask(call));
        });
  }

  @Command(
      name = "get",
      exitCodeOnInvalidInput = Connection.USAGE,
      description = {
        "Prints a policy's text.",
        "",
        "Example: theca broker policy get --kind attestation > appraisal.rego"
      })
  int get(
      @Mixin Connection to,
      @Option(
              names = {"-h", "--help"},
              usageHelp = true,
              description = "Show this help message.")
          boolean help,
      @Mixin WhichPolicy which,
      @Option(names = "--version", paramLabel = "N", description = "default: the one in force")
          @Nullable Long number) {
    return to.run(
        talk -> {
          var call =
              AdminCall.get(ROUTE, which.kind(), which.id())
                  .with("version", number == null ? "" : number + "");
          String text = new String(talk.bytes(call), StandardCharsets.UTF_8);
          return talk.say(
              JsonObject.builder()
                  .put("kind", which.kind())
                  .put("id", which.id())
                  .put("policy", text)
                  .build(),
              text);
        });
  }

  @Command(
      name = "list",
      mixinStandardHelpOptions = true,
      exitCodeOnInvalidInput = Connection.USAGE,
      description = {
        "Lists the policies; version 0 came with the broker.",
        "",
        "Example: theca broker policy list"
      })
  int list(@Mixin Connection to) {
    return to.run(
        talk -> {
          var answer = talk.ask(AdminCall.get(ROUTE));
          return talk.say(
              answer,
              Columns.of(
                  answer.array("policies").orElse(List.of()),
                  "no policies",
                  "kind",
                  "id",
                  "version",
                  "removed",
                  "author",
                  "time"));
        });
  }

  @Command(
      name = "versions",
      mixinStandardHelpOptions = true,
      exitCodeOnInvalidInput = Connection.USAGE,
      description = {
        "Lists the versions of a policy.",
        "",
        "Example: theca broker policy versions --kind resource"
      })
  int versions(@Mixin Connection to, @Mixin WhichPolicy which) {
    return to.run(
        talk -> {
          var answer = talk.ask(AdminCall.get(ROUTE, which.kind(), which.id(), "versions"));
          return talk.say(
              answer,
              Columns.of(
                  answer.array("versions").orElse(List.of()),
                  "no versions",
                  "version",
                  "removed",
                  "author",
                  "time",
                  "sha256"));
        });
  }

  @Command(
      name = "rollback",
      mixinStandardHelpOptions = true,
      exitCodeOnInvalidInput = Connection.USAGE,
      description = {
        "Puts an earlier version in force again, as a new version.",
        "",
        "Example: theca broker policy rollback --kind resource 1"
      })
  int rollback(
      @Mixin Connection to,
      @Mixin WhichPolicy which,
      @Parameters(index = "0", paramLabel = "VERSION", description = "its number") long number) {
    return to.run(
        talk -> {
          byte[] body = Json.write(JsonObject.builder().put("version", number).build());
          var call = AdminCall.post(ROUTE, which.kind(), which.id(), "rollback").with(body);
          return inForce(talk, talk.ask(call));
        });
  }

  @Command(
      name = "remove",
      mixinStandardHelpOptions = true,
      exitCodeOnInvalidInput = Connection.USAGE,
      description = {
        "Takes a policy out of force; what came with the broker holds again.",
        "",
        "Example: theca broker policy remove --kind tenant --id team-a"
      })
  int remove(@Mixin Connection to, @Mixin WhichPolicy which) {
    return to.run(
        talk -> {
          var gone = talk.ask(AdminCall.delete(ROUTE, which.kind(), which.id()));
          return talk.say(gone, which.kind() + "/" + which.id() + " is removed");
        });
  }

  private static int inForce(Talk talk, JsonObject version) {
    return talk.say(
        version,
        version.string("kind").orElse("")
            + "/"
            + version.string("id").orElse("")
            + " version "
            + version.integer("version").orElse(0L)
            + " is in force");
  }
}
