package dev.theca.cli.broker;

import dev.theca.broker.AdminCall;
import dev.theca.wire.json.Json;
import dev.theca.wire.json.JsonArray;
import dev.theca.wire.json.JsonObject;
import dev.theca.wire.json.JsonValue;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code theca broker resource}: what attested workloads are given. */
@Command(
    name = "resource",
    mixinStandardHelpOptions = true,
    exitCodeOnInvalidInput = Connection.USAGE,
    description = {
      "Secrets and keys for attested workloads, each in versions.",
      "",
      "Examples:",
      "  theca broker resource put default/key/one key.bin --expires 2027-01-31T00:00:00Z",
      "  theca broker resource generate default/key/two aes-256 --rotate-every 30d",
      "  theca broker resource list"
    },
    subcommands = {ResourceGetCommand.class, ResourceGenerateCommand.class})
final class ResourceCommand {
  static final String PATH = "TENANT/TYPE/TAG";

  @Command(
      name = "put",
      mixinStandardHelpOptions = true,
      exitCodeOnInvalidInput = Connection.USAGE,
      description = {
        "Stores a new version.",
        "",
        "Example: theca broker resource put default/key/one key.bin"
      })
  int put(
      @Mixin Connection to,
      @Parameters(index = "0", paramLabel = PATH, description = "its name") String path,
      @Parameters(index = "1", paramLabel = "FILE", description = "its value; - reads it")
          Path file,
      @Option(
              names = "--expires",
              paramLabel = "TIME",
              converter = Time.class,
              description = "until then it is given")
          @Nullable Instant expires,
      @Option(
              names = "--if-version",
              paramLabel = "N",
              description = "only when N is the last version; 0: only when there is none")
          @Nullable Long ifVersion) {
    return to.run(
        talk -> {
          var name = ResourcePath.of(path);
          byte[] value = Input.of(file);
          try {
            var call =
                AdminCall.post(name.route() + "/versions")
                    .with("expires", text(expires))
                    .with("if_version", text(ifVersion))
                    .with(value);
            return ResourceVersion.said(talk, name, talk.ask(call));
          } finally {
            Arrays.fill(value, (byte) 0);
          }
        });
  }

  static List<JsonValue> versions(Talk talk, ResourcePath name) {
    return talk.ask(AdminCall.get(name.route())).array("versions").orElse(List.of());
  }

  @Command(
      name = "list",
      mixinStandardHelpOptions = true,
      exitCodeOnInvalidInput = Connection.USAGE,
      description = {"Lists a tenant's resources.", "", "Example: theca broker resource list"})
  int list(
      @Mixin Connection to,
      @Parameters(
              index = "0",
              arity = "0..1",
              paramLabel = "TENANT",
              defaultValue = "default",
              description = "default: ${DEFAULT-VALUE}")
          String tenant) {
    return to.run(
        talk -> {
          var all = new ArrayList<JsonValue>();
          String after = "";
          while (true) {
            var call =
                AdminCall.get("theca/v1/tenants", TenantCommand.name(tenant), "resources")
                    .with("after", after);
            var page = talk.ask(call).array("resources").orElse(List.of());
            all.addAll(page);
            String next = page.isEmpty() ? "" : path(page.getLast());
            if (page.size() < 1000 || next.equals(after)) break;
            after = next;
          }
          return talk.say(
              JsonObject.builder().put("resources", new JsonArray(all)).build(),
              Columns.of(all, "no resources", "path", "last_version", "generated", "rotates"));
        });
  }

  private static String path(JsonValue item) {
    return item instanceof JsonObject object ? object.string("path").orElse("") : "";
  }

  @Command(
      name = "versions",
      mixinStandardHelpOptions = true,
      exitCodeOnInvalidInput = Connection.USAGE,
      description = {
        "Lists the versions of a resource.",
        "",
        "Example: theca broker resource versions default/key/one"
      })
  int versions(
      @Mixin Connection to,
      @Parameters(index = "0", paramLabel = PATH, description = "its name") String path) {
    return to.run(
        talk -> {
          var all = versions(talk, ResourcePath.of(path));
          return talk.say(
              JsonObject.builder().put("versions", new JsonArray(all)).build(),
              Columns.of(
                  all,
                  "no versions",
                  "version",
                  "size-bytes",
                  "created",
                  "expires",
                  "revoked",
                  "generated",
                  "actor"));
        });
  }

  @Command(
      name = "delete",
      mixinStandardHelpOptions = true,
      exitCodeOnInvalidInput = Connection.USAGE,
      description = {
        "Deletes a resource with all its versions.",
        "",
        "Example: theca broker resource delete default/key/one"
      })
  int delete(
      @Mixin Connection to,
      @Parameters(index = "0", paramLabel = PATH, description = "its name") String path) {
    return to.run(
        talk -> {
          var name = ResourcePath.of(path);
          var done = talk.ask(AdminCall.delete(name.route()));
          long count = done.integer("versions").orElse(0L);
          return talk.say(done, "deleted " + name + ", " + count + " versions");
        });
  }

  @Command(
      name = "rotate",
      mixinStandardHelpOptions = true,
      exitCodeOnInvalidInput = Connection.USAGE,
      description = {
        "Makes the next version of a generated resource now.",
        "",
        "Example: theca broker resource rotate default/key/two"
      })
  int rotate(
      @Mixin Connection to,
      @Parameters(index = "0", paramLabel = PATH, description = "its name") String path) {
    return to.run(
        talk -> {
          var name = ResourcePath.of(path);
          return ResourceVersion.said(
              talk, name, talk.ask(AdminCall.post(name.route() + "/rotate")));
        });
  }

  @Command(
      name = "revoke",
      mixinStandardHelpOptions = true,
      exitCodeOnInvalidInput = Connection.USAGE,
      description = {
        "Ends a version for ever.",
        "",
        "Example: theca broker resource revoke default/key/one 1"
      })
  int revoke(
      @Mixin Connection to,
      @Parameters(index = "0", paramLabel = PATH, description = "its name") String path,
      @Parameters(index = "1", paramLabel = "VERSION", description = "its number") long number) {
    return to.run(
        talk -> {
          var name = ResourcePath.of(path);
          return ResourceVersion.said(
              talk, name, talk.ask(AdminCall.post(name.version(number) + "/revoke")));
        });
  }

  @Command(
      name = "expire",
      mixinStandardHelpOptions = true,
      exitCodeOnInvalidInput = Connection.USAGE,
      description = {
        "Sets until when a version is given.",
        "",
        "Example: theca broker resource expire default/key/one 1 --at 2027-01-31T00:00:00Z"
      })
  int expire(
      @Mixin Connection to,
      @Parameters(index = "0", paramLabel = PATH, description = "its name") String path,
      @Parameters(index = "1", paramLabel = "VERSION", description = "its number") long number,
      @Option(
              names = "--at",
              required = true,
              paramLabel = "TIME",
              converter = Time.class,
              description = "its end")
          Instant at) {
    return to.run(
        talk -> {
          var name = ResourcePath.of(path);
          byte[] body = Json.write(JsonObject.builder().put("at", at.toString()).build());
          return ResourceVersion.said(
              talk, name, talk.ask(AdminCall.post(name.version(number) + "/expire").with(body)));
        });
  }

  private static String text(@Nullable Object value) {
    return value == null ? "" : value.toString();
  }
}
