package dev.theca.cli.broker;

import dev.theca.broker.AdminCall;
import dev.theca.wire.json.JsonArray;
import dev.theca.wire.json.JsonObject;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code theca broker anchor}: where volumes stand, and to forget one that is gone. */
@Command(
    name = "anchor",
    mixinStandardHelpOptions = true,
    exitCodeOnInvalidInput = Connection.USAGE,
    description = {
      "Where the volumes of attested agents stand. Only agents move an anchor.",
      "",
      "Examples:",
      "  theca broker anchor list",
      "  theca broker anchor delete data --owner sgx:52.."
    })
final class AnchorCommand {
  private static final String ROUTE = "theca/v1/anchors";

  @Command(
      name = "list",
      mixinStandardHelpOptions = true,
      exitCodeOnInvalidInput = Connection.USAGE,
      description = {"Lists anchors by owner and volume.", "", "Example: theca broker anchor list"})
  int list(
      @Mixin Connection to,
      @Option(
              names = "--owner",
              paramLabel = "OWNER",
              defaultValue = "",
              description = "only of this one, as the list shows it")
          String owner) {
    return to.run(
        talk -> {
          var call = AdminCall.get(ROUTE).with("owner", owner);
          var all = Pages.all(talk, call, "anchors", "owner", "volume");
          return talk.say(
              JsonObject.builder().put("anchors", new JsonArray(all)).build(),
              Columns.of(all, "no anchors", "owner", "volume", "sequence", "changed"));
        });
  }

  @Command(
      name = "delete",
      mixinStandardHelpOptions = true,
      exitCodeOnInvalidInput = Connection.USAGE,
      description = {
        "Forgets where a volume stood: its agent then takes any state for a new volume.",
        "Do it only for a volume that is gone, or that is begun anew.",
        "",
        "Example: theca broker anchor delete data --owner sgx:52.."
      })
  int delete(
      @Mixin Connection to,
      @Parameters(index = "0", paramLabel = "VOLUME", description = "its name") String volume,
      @Option(
              names = "--owner",
              paramLabel = "OWNER",
              required = true,
              description = "whose volume it is, as the list shows it")
          String owner) {
    return to.run(
        talk -> {
          if (!volume.matches("[A-Za-z0-9_-][A-Za-z0-9._-]{0,127}"))
            throw new WrongUsage("a volume is named by letters, digits, dots, dashes, underscores");
          var was = talk.ask(AdminCall.delete(ROUTE, volume).with("owner", owner));
          return talk.say(was, "forgot the anchor of " + volume + " of " + owner);
        });
  }
}
