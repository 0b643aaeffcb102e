package dev.theca.cli.registry;

import dev.theca.registry.auth.Rights;
import dev.theca.registry.auth.UsersFile;
import dev.theca.wire.Outcome;
import dev.theca.wire.Refusal;
import dev.theca.wire.json.Json;
import dev.theca.wire.json.JsonArray;
import dev.theca.wire.json.JsonObject;
import dev.theca.wire.json.JsonValue;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code theca registry user}: the file that says who may do what. */
@Command(
    name = "user",
    mixinStandardHelpOptions = true,
    exitCodeOnInvalidInput = RegistryCommand.USAGE,
    description = {
      "Who may do what, in a file; a registry that serves reads it again when it changes.",
      "",
      "Example: theca registry user list --users users"
    })
final class UserCommand {
  @Command(
      name = "add",
      mixinStandardHelpOptions = true,
      exitCodeOnInvalidInput = RegistryCommand.USAGE,
      description = {
        "Adds a user, or changes one. The password is the first line of standard input; on a"
            + " terminal it is asked for.",
        "",
        "Example: theca registry user add ann --users users --rights 'push=team/*,pull=*' < password"
      })
  int add(
      @Parameters(paramLabel = "NAME") String name,
      @Option(names = "--users", required = true, paramLabel = "FILE") Path file,
      @Option(
              names = "--rights",
              defaultValue = "pull=*",
              paramLabel = "RIGHTS",
              description =
                  "push=PATTERN (which includes pull and delete) or pull=PATTERN, joined by"
                      + " commas; a pattern is a repository, FOLDER/* or * (default:"
                      + " ${DEFAULT-VALUE}).")
          String rights)
      throws IOException {
    var users = UsersFile.read(file);
    var may = Rights.parse(rights);
    if (users instanceof Outcome.Refused<UsersFile>(var reasons)) return refused(reasons);
    if (may instanceof Outcome.Refused<Rights>(var reasons)) return refused(reasons);
    try (var password = PasswordInput.read("password of " + name + ": ")) {
      switch (users.orThrow().with(name, password, may.orThrow())) {
        case Outcome.Granted<UsersFile>(var changed) -> changed.write(file);
        case Outcome.Refused<UsersFile>(var reasons) -> {
          return refused(reasons);
        }
      }
    }
    System.out.println(name + " " + may.orThrow());
    return 0;
  }

  @Command(
      name = "remove",
      mixinStandardHelpOptions = true,
      exitCodeOnInvalidInput = RegistryCommand.USAGE,
      description = {
        "Removes a user; tokens that were bought end within five minutes.",
        "",
        "Example: theca registry user remove ann --users users"
      })
  int remove(
      @Parameters(paramLabel = "NAME") String name,
      @Option(names = "--users", required = true, paramLabel = "FILE") Path file)
      throws IOException {
    var users = UsersFile.read(file);
    if (users instanceof Outcome.Refused<UsersFile>(var reasons)) return refused(reasons);
    if (Optional.ofNullable(users.orThrow().users().get(name)).isEmpty()) {
      System.err.println("there is no user of that name in " + file);
      return RegistryCommand.REFUSED;
    }
    users.orThrow().without(name).write(file);
    return 0;
  }

  @Command(
      name = "list",
      mixinStandardHelpOptions = true,
      exitCodeOnInvalidInput = RegistryCommand.USAGE,
      description = {
        "Lists users with their rights; never their passwords.",
        "",
        "Example: theca registry user list --users users --json"
      })
  int list(
      @Option(names = "--users", required = true, paramLabel = "FILE") Path file,
      @Option(names = "--json", description = "Writes a JSON array.") boolean json)
      throws IOException {
    var users = UsersFile.read(file);
    if (users instanceof Outcome.Refused<UsersFile>(var reasons)) return refused(reasons);
    var all = new ArrayList<JsonValue>();
    users
        .orThrow()
        .users()
        .forEach(
            (name, user) -> {
              String rights = user.rights().toString();
              all.add(JsonObject.builder().put("name", name).put("rights", rights).build());
              if (!json) System.out.println(name + " " + rights);
            });
    if (json) System.out.println(Json.text(new JsonArray(all)));
    return 0;
  }

  private static int refused(List<Refusal> reasons) {
    reasons.forEach(System.err::println);
    return RegistryCommand.REFUSED;
  }
}
