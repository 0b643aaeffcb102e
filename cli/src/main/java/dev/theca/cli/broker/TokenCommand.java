package dev.theca.cli.broker;

import dev.theca.broker.AdminCall;
import dev.theca.wire.json.Json;
import dev.theca.wire.json.JsonArray;
import dev.theca.wire.json.JsonObject;
import dev.theca.wire.json.JsonValue;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code theca broker token}: tokens for programs that administrate. */
@Command(
    name = "token",
    mixinStandardHelpOptions = true,
    exitCodeOnInvalidInput = Connection.USAGE,
    description = {
      "Tokens for programs that administrate, each with roles and perhaps an end.",
      "",
      "Examples:",
      "  theca broker token create ci --role resource-owner --tenant team-a -o ci.token",
      "  theca broker token list"
    })
final class TokenCommand {
  private static final String ROUTE = "theca/v1/admin-tokens";

  @Command(
      name = "create",
      mixinStandardHelpOptions = true,
      exitCodeOnInvalidInput = Connection.USAGE,
      description = {
        "Makes a token and prints it, this once; only its hash is kept.",
        "",
        "Example: theca broker token create ci --role resource-owner --tenant team-a -o ci.token"
      })
  int create(
      @Mixin Connection to,
      @Parameters(index = "0", paramLabel = "NAME", description = "as the audit trail calls it")
          String name,
      @Option(
              names = "--role",
              required = true,
              paramLabel = "ROLE",
              description = "such as owner, resource-owner, policy-author, auditor (repeatable)")
          List<String> roles,
      @Option(
              names = "--tenant",
              paramLabel = "TENANT",
              description = "the roles hold there alone (repeatable)")
          @Nullable List<String> tenants,
      @Option(
              names = "--expires",
              paramLabel = "TIME",
              converter = Time.class,
              description = "its end")
          @Nullable Instant expires,
      @Option(
              names = {"-o", "--out"},
              paramLabel = "FILE",
              description = "a new file of mode 0600 for the token (default: standard output)")
          @Nullable Path out) {
    return to.run(
        talk -> {
          var wish =
              JsonObject.builder()
                  .put("name", name)
                  .put("roles", JsonArray.strings(roles))
                  .put("tenants", JsonArray.strings(tenants == null ? List.of() : tenants));
          if (expires != null) wish.put("expires", expires.toString());
          var made = talk.ask(AdminCall.post(ROUTE).with(Json.write(wish.build())));
          var known = new LinkedHashMap<>(made.members());
          known.remove("token");
          String token = made.requireString("token").orThrow();
          if (out != null) {
            Output.secret(out, (token + "\n").getBytes(StandardCharsets.UTF_8));
            return talk.say(new JsonObject(known), words(made) + "its token is in " + out);
          }
          if (!talk.json()) talk.err().print(words(made));
          return talk.say(made, token);
        });
  }

  private static String words(JsonObject token) {
    return token.string("name").orElse("")
        + " may be "
        + Columns.cell(token.members().get("roles"))
        + token.string("expires").map(at -> " until " + at).orElse("")
        + "\n";
  }

  @Command(
      name = "list",
      mixinStandardHelpOptions = true,
      exitCodeOnInvalidInput = Connection.USAGE,
      description = {"Lists the tokens.", "", "Example: theca broker token list"})
  int list(@Mixin Connection to) {
    return to.run(
        talk -> {
          var answer = talk.ask(AdminCall.get(ROUTE));
          List<JsonValue> tokens = answer.array("tokens").orElse(List.of());
          return talk.say(
              answer,
              Columns.of(
                  tokens,
                  "no tokens",
                  "name",
                  "roles",
                  "created",
                  "created_by",
                  "expires",
                  "revoked",
                  "used"));
        });
  }

  @Command(
      name = "revoke",
      mixinStandardHelpOptions = true,
      exitCodeOnInvalidInput = Connection.USAGE,
      description = {"Ends a token.", "", "Example: theca broker token revoke ci"})
  int revoke(
      @Mixin Connection to,
      @Parameters(index = "0", paramLabel = "NAME", description = "of the token") String name) {
    return to.run(
        talk -> {
          if (!name.matches("[A-Za-z0-9@_.:-]{1,128}") || name.matches("\\.{1,2}"))
            throw new WrongUsage("a token is named by letters, digits and @ _ . : -");
          var done = talk.ask(AdminCall.delete(ROUTE, name));
          return talk.say(done, "revoked " + name);
        });
  }
}
