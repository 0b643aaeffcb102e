package dev.theca.cli.broker;

import dev.theca.broker.AdminCall;
import dev.theca.wire.Outcome;
import dev.theca.wire.RefusedException;
import dev.theca.wire.json.JsonArray;
import dev.theca.wire.json.JsonBool;
import dev.theca.wire.json.JsonNumber;
import dev.theca.wire.json.JsonObject;
import dev.theca.wire.json.JsonString;
import dev.theca.wire.json.JsonValue;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code theca broker status}: what runs, whether it can serve, and how full it is. */
@Command(
    name = "status",
    mixinStandardHelpOptions = true,
    exitCodeOnInvalidInput = Connection.USAGE,
    description = {
      "Shows the version, whether the broker can serve now, and what tenants use.",
      "",
      "Example: theca broker status --tenant default --tenant team-a"
    },
    exitCodeListHeading = "%nExit codes:%n",
    exitCodeList = {
      "0:it can serve",
      "2:it cannot, or refuses the token",
      "64:wrong usage, or no token",
      "69:it does not answer"
    })
final class StatusCommand implements Callable<Integer> {
  @Mixin private Connection to = new Connection();

  @Option(
      names = "--tenant",
      paramLabel = "TENANT",
      description = "whose usage is shown (repeatable; default: default)")
  private List<String> tenants = List.of("default");

  @Override
  public Integer call() {
    return to.run(this::show);
  }

  private int show(Talk talk) {
    var version = talk.ask(AdminCall.get("theca/v1/version"));
    var all = new LinkedHashMap<String, JsonValue>();
    all.put("version", new JsonString(version.string("version").orElse("unknown")));
    all.put("protocols", new JsonArray(version.array("protocols").orElse(List.of())));
    // an answer that needs its database: what /readyz of the management listener asks, too
    var policies = talk.broker().askJson(AdminCall.get("theca/v1/policies"));
    if (policies instanceof Outcome.Refused<JsonObject>(var why)
        && !why.getFirst().code().id().equals("broker-answer")) throw new RefusedException(why);
    all.put("ready", new JsonBool(policies.isGranted()));
    if (!policies.isGranted()) {
      talk.say(new JsonObject(all), Columns.pairs(new JsonObject(all)));
      return Connection.REFUSED;
    }
    int count = policies.orThrow().array("policies").orElse(List.of()).size();
    all.put("policies", JsonNumber.of(count));
    var text = new StringBuilder(Columns.pairs(new JsonObject(all)));
    var usages = new ArrayList<JsonValue>();
    for (String tenant : tenants) {
      var usage = talk.ask(AdminCall.get("theca/v1/tenants", TenantCommand.name(tenant)));
      usages.add(usage);
      text.append('\n').append(TenantCommand.usage(usage));
    }
    all.put("tenants", new JsonArray(usages));
    return talk.say(new JsonObject(all), text.toString());
  }
}
