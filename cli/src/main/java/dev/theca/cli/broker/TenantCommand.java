package dev.theca.cli.broker;

import dev.theca.broker.AdminCall;
import dev.theca.wire.json.Json;
import dev.theca.wire.json.JsonArray;
import dev.theca.wire.json.JsonObject;
import dev.theca.wire.json.JsonValue;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code theca broker tenant}: what a tenant keeps, and what it may keep. */
@Command(
    name = "tenant",
    mixinStandardHelpOptions = true,
    exitCodeOnInvalidInput = Connection.USAGE,
    description = {
      "What a tenant keeps, and what it may keep.",
      "",
      "Examples:",
      "  theca broker tenant list",
      "  theca broker tenant show default",
      "  theca broker tenant quota team-a --resources 100"
    })
final class TenantCommand {
  @Command(
      name = "show",
      mixinStandardHelpOptions = true,
      exitCodeOnInvalidInput = Connection.USAGE,
      description = {"Shows usage and quota.", "", "Example: theca broker tenant show default"})
  int show(
      @Mixin Connection to,
      @Parameters(index = "0", paramLabel = "TENANT", description = "its name") String tenant) {
    return to.run(
        talk -> {
          var answer = talk.ask(AdminCall.get("theca/v1/tenants", name(tenant)));
          return talk.say(answer, usage(answer));
        });
  }

  @Command(
      name = "list",
      mixinStandardHelpOptions = true,
      exitCodeOnInvalidInput = Connection.USAGE,
      description = {
        "Lists tenants that keep something or were given a quota.",
        "",
        "Example: theca broker tenant list"
      })
  int list(@Mixin Connection to) {
    return to.run(
        talk -> {
          var all = new ArrayList<JsonValue>();
          String after = "";
          do {
            var page = talk.ask(AdminCall.get("theca/v1/tenants").with("after", after));
            all.addAll(page.array("tenants").orElse(List.of()));
            after = page.string("next").orElse("");
          } while (!after.isEmpty());
          var rows = all.stream().map(TenantCommand::row).toList();
          return talk.say(
              JsonObject.builder().put("tenants", new JsonArray(all)).build(),
              Columns.of(rows, "no tenants", "tenant", "resources", "bytes", "versions"));
        });
  }

  private static JsonValue row(JsonValue tenant) {
    return tenant instanceof JsonObject object ? of(object) : tenant;
  }

  /** A line for each limit: what is kept, and of how much. */
  static String usage(JsonObject answer) {
    return Columns.pairs(of(answer));
  }

  /** Each limit as text: what is kept, and of how much. */
  private static JsonObject of(JsonObject answer) {
    var none = JsonObject.builder().build();
    var used = answer.object("usage").orElse(none);
    var most = answer.object("quota").orElse(none);
    var lines = JsonObject.builder().put("tenant", answer.string("tenant").orElse(""));
    used.members()
        .forEach(
            (what, count) ->
                lines.put(
                    what, Columns.cell(count) + " of " + Columns.cell(most.members().get(what))));
    return lines.build();
  }

  @Command(
      name = "quota",
      mixinStandardHelpOptions = true,
      exitCodeOnInvalidInput = Connection.USAGE,
      description = {
        "Changes the quota; what is not named stays.",
        "",
        "Example: theca broker tenant quota team-a --resources 100 --bytes 1048576"
      })
  int quota(
      @Mixin Connection to,
      @Parameters(index = "0", paramLabel = "TENANT", description = "its name") String tenant,
      @Option(names = "--resources", paramLabel = "N", description = "names of resources")
          @Nullable Long resources,
      @Option(names = "--bytes", paramLabel = "N", description = "of all versions together")
          @Nullable Long bytes,
      @Option(names = "--versions", paramLabel = "N", description = "of all resources together")
          @Nullable Long versions) {
    return to.run(
        talk -> {
          if (resources == null && bytes == null && versions == null)
            throw new WrongUsage("say what to change: --resources, --bytes or --versions");
          var now =
              talk.ask(AdminCall.get("theca/v1/tenants", name(tenant)))
                  .requireObject("quota")
                  .orThrow();
          var wish =
              JsonObject.builder()
                  .put("resources", either(resources, now, "resources"))
                  .put("bytes", either(bytes, now, "bytes"))
                  .put("versions", either(versions, now, "versions"))
                  .build();
          var call = AdminCall.put("theca/v1/tenants", name(tenant), "quota");
          var set = talk.ask(call.with(Json.write(wish)));
          return talk.say(set, Columns.pairs(set));
        });
  }

  private static long either(@Nullable Long wished, JsonObject now, String member) {
    return wished != null ? wished : now.requireInteger(member).orThrow();
  }

  static String name(String tenant) {
    if (!tenant.matches("[A-Za-z0-9_-][A-Za-z0-9_.-]{0,127}"))
      throw new WrongUsage("a tenant is named by letters, digits, dots, dashes and underscores");
    return tenant;
  }
}
