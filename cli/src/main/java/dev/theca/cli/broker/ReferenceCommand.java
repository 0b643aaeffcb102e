package dev.theca.cli.broker;

import dev.theca.broker.AdminCall;
import dev.theca.broker.reference.ReferenceMessages;
import dev.theca.wire.Outcome;
import dev.theca.wire.json.Json;
import dev.theca.wire.json.JsonArray;
import dev.theca.wire.json.JsonObject;
import dev.theca.wire.json.JsonValue;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code theca broker reference}: what evidence is compared with. */
@Command(
    name = "reference",
    mixinStandardHelpOptions = true,
    exitCodeOnInvalidInput = Connection.USAGE,
    description = {
      "What evidence is compared with. Values are signed with a provenance key.",
      "",
      "Examples:",
      "  theca broker reference keygen --key-name release -o release.jwk",
      "  theca broker reference sgx --mr-enclave 5f.. --key release.jwk --key-name release",
      "  theca broker reference list"
    },
    subcommands = {ReferenceKeygenCommand.class, ReferenceSgxCommand.class})
final class ReferenceCommand {
  private static final String ROUTE = "theca/v1/reference-values";

  /** What a file holds. */
  enum Form {
    message,
    sample,
    swid,
    corim
  }

  @Command(
      name = "put",
      mixinStandardHelpOptions = true,
      exitCodeOnInvalidInput = Connection.USAGE,
      description = {
        "Registers a list of texts under a name.",
        "",
        "Example: theca broker reference put sgx_mr_enclave 5f.. --key k.jwk --key-name release"
      })
  int put(
      @Mixin Connection to,
      @Mixin Signing signing,
      @Parameters(index = "0", paramLabel = "NAME", description = "as policies ask for it")
          String name,
      @Parameters(
              index = "1..*",
              arity = "0..*",
              paramLabel = "VALUE",
              description = "each of them")
          @Nullable List<String> values,
      @Option(names = "--value", paramLabel = "JSON", description = "any value instead of a list")
          @Nullable String value,
      @Option(names = "--append", description = "add to the values that are registered")
          boolean append) {
    return to.run(
        talk -> {
          var texts = values == null ? List.<String>of() : values;
          if (texts.isEmpty() == (value == null))
            throw new WrongUsage("give values, or one --value JSON");
          var content = value == null ? JsonArray.strings(texts) : json(value);
          var message = ReferenceMessages.sample(JsonObject.builder().put(name, content).build());
          return register(talk, signing.applied(appended(message, append), to.token()), name);
        });
  }

  private static JsonValue json(String text) {
    return switch (Json.parse(text.getBytes(StandardCharsets.UTF_8))) {
      case Outcome.Granted<JsonValue>(var value) -> value;
      case Outcome.Refused<JsonValue> _ -> throw new WrongUsage("--value takes JSON");
    };
  }

  static JsonObject appended(JsonObject message, boolean append) {
    return append ? ReferenceMessages.appending(message) : message;
  }

  @Command(
      name = "sign",
      mixinStandardHelpOptions = true,
      exitCodeOnInvalidInput = Connection.USAGE,
      description = {
        "Signs a message of reference values; needs no broker. 'register' sends it.",
        "",
        "Example: theca broker reference sign values.json --form sample \\",
        "  --key k.jwk --key-name release -o signed.json"
      })
  int sign(
      @Mixin Signing signing,
      @Parameters(index = "0", paramLabel = "FILE", description = "what is signed") Path file,
      @Option(
              names = "--form",
              paramLabel = "FORM",
              defaultValue = "message",
              description =
                  "message: of this protocol; sample: values by name, JSON; swid: a SWID tag;"
                      + " corim: a CoRIM (default: ${DEFAULT-VALUE})")
          Form form,
      @Option(
              names = {"-o", "--out"},
              paramLabel = "FILE",
              description = "default: standard output")
          @Nullable Path out) {
    return Connection.guarded(
        () -> {
          String signed = Json.pretty(signing.applied(message(file, form), TokenFile.USUAL)) + "\n";
          if (out == null) System.out.print(signed);
          else Files.writeString(out, signed);
          return 0;
        },
        false,
        System.out,
        System.err);
  }

  private static JsonObject message(Path file, Form form) {
    return switch (form) {
      case message -> Input.json(file);
      case sample -> ReferenceMessages.sample(Input.json(file));
      case swid -> ReferenceMessages.swid(Input.of(file));
      case corim -> ReferenceMessages.corim(Input.of(file));
    };
  }

  @Command(
      name = "register",
      mixinStandardHelpOptions = true,
      exitCodeOnInvalidInput = Connection.USAGE,
      description = {
        "Sends a message of reference values; one without a signature is signed here with --key.",
        "",
        "Examples:",
        "  theca broker reference register signed.json",
        "  theca broker reference register tag.xml --form swid --key k.jwk --key-name release"
      })
  int register(
      @Mixin Connection to,
      @Mixin Signing signing,
      @Parameters(index = "0", paramLabel = "FILE", description = "the message; - reads it")
          Path file,
      @Option(
              names = "--form",
              paramLabel = "FORM",
              defaultValue = "message",
              description = "message, sample, swid, corim (default: ${DEFAULT-VALUE})")
          Form form) {
    return to.run(
        talk -> {
          var message = message(file, form);
          boolean asItIs = message.get("signature").isPresent() || form == Form.corim;
          var sent = asItIs && !signing.hasKey() ? message : signing.applied(message, to.token());
          return register(talk, sent, file.toString());
        });
  }

  static int register(Talk talk, JsonObject message, String what) {
    byte[] unused = talk.bytes(AdminCall.post("kbs/v0/reference-value").with(Json.write(message)));
    return talk.say(JsonObject.builder().put("registered", what).build(), "registered " + what);
  }

  @Command(
      name = "list",
      mixinStandardHelpOptions = true,
      exitCodeOnInvalidInput = Connection.USAGE,
      description = {
        "Lists the values in force, expired ones included.",
        "",
        "Example: theca broker reference list --prefix sgx_"
      })
  int list(
      @Mixin Connection to,
      @Option(
              names = "--prefix",
              paramLabel = "TEXT",
              defaultValue = "",
              description = "only names that begin so")
          String prefix) {
    return to.run(
        talk -> {
          var all = new ArrayList<JsonValue>();
          String after = "";
          do {
            var call = AdminCall.get(ROUTE).with("prefix", prefix).with("after", after);
            var page = talk.ask(call);
            all.addAll(page.array("values").orElse(List.of()));
            after = page.string("next").orElse("");
          } while (!after.isEmpty());
          return talk.say(
              JsonObject.builder().put("values", new JsonArray(all)).build(),
              Columns.of(
                  all, "no reference values", "name", "version", "valid", "provenance", "value"));
        });
  }

  @Command(
      name = "history",
      mixinStandardHelpOptions = true,
      exitCodeOnInvalidInput = Connection.USAGE,
      description = {
        "Lists the versions of a value, newest first.",
        "",
        "Example: theca broker reference history sgx_mr_enclave"
      })
  int history(
      @Mixin Connection to,
      @Parameters(index = "0", paramLabel = "NAME", description = "of the value") String name) {
    return to.run(
        talk -> {
          var answer = talk.ask(AdminCall.get(ROUTE, name(name)));
          return talk.say(
              answer,
              Columns.of(
                  answer.array("versions").orElse(List.of()),
                  "no versions",
                  "version",
                  "type",
                  "provenance",
                  "registered",
                  "expiration",
                  "value"));
        });
  }

  @Command(
      name = "delete",
      mixinStandardHelpOptions = true,
      exitCodeOnInvalidInput = Connection.USAGE,
      description = {
        "Deletes a value; messages that were signed before cannot bring it back.",
        "",
        "Example: theca broker reference delete sgx_mr_enclave"
      })
  int delete(
      @Mixin Connection to,
      @Parameters(index = "0", paramLabel = "NAME", description = "of the value") String name) {
    return to.run(
        talk -> talk.say(talk.ask(AdminCall.delete(ROUTE, name(name))), "deleted " + name));
  }

  /** Names may hold slashes, and are sent as a path. */
  private static String name(String name) {
    for (String part : name.split("/", -1))
      if (part.isEmpty() || part.equals(".") || part.equals(".."))
        throw new WrongUsage("a name has no empty part and none of dots between its slashes");
    return name;
  }
}
