package dev.theca.cli.audit;

import dev.theca.broker.audit.AuditVerify;
import dev.theca.broker.audit.Expected;
import dev.theca.cli.broker.Connection;
import dev.theca.cli.broker.Input;
import dev.theca.cli.broker.WrongUsage;
import dev.theca.wire.Outcome;
import dev.theca.wire.jose.Jwk;
import dev.theca.wire.json.Json;
import dev.theca.wire.json.JsonObject;
import dev.theca.wire.json.JsonValue;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.regex.Pattern;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code theca audit verify}: checks an export, without a broker and without a network. */
@Command(
    name = "verify",
    mixinStandardHelpOptions = true,
    exitCodeOnInvalidInput = Connection.USAGE,
    description = {
      "Checks an export of the audit trail without the broker: nothing changed, removed, inserted",
      "or moved; signed; and the chain that you know, when you name a key or a head of it.",
      "",
      "Examples:",
      "  theca audit verify audit.jsonl",
      "  theca audit verify audit.jsonl --head 57:3fa1.. --key audit-key.json"
    },
    exitCodeListHeading = "%nExit codes:%n",
    exitCodeList = {
      "0:it holds",
      "2:it does not: the first record that is wrong, and what is wrong with it",
      "64:wrong usage, or the file cannot be read"
    })
final class VerifyTrailCommand implements Callable<Integer> {
  private static final Pattern THUMBPRINT = Pattern.compile("[A-Za-z0-9_-]{43}");
  private static final Pattern HEAD = Pattern.compile("([0-9]{1,18}):([0-9a-fA-F]{64})");

  @Parameters(index = "0", paramLabel = "FILE", description = "of 'theca audit export'")
  private Path file = Path.of("");

  @Option(
      names = "--key",
      paramLabel = "THUMBPRINT|FILE",
      description =
          "key that signed the trail, or one before it: RFC 7638 thumbprint, or a file with a JSON"
              + " Web Key or a set of them (repeatable)")
  private List<String> keys = List.of();

  @Option(
      names = "--head",
      paramLabel = "SEQ:HASH",
      description = "a head that you kept (repeatable)")
  private List<String> heads = List.of();

  @Option(names = "--json", description = "print one JSON document")
  private boolean json;

  @Override
  public Integer call() {
    return Connection.guarded(this::verified, json, System.out, System.err);
  }

  private int verified() throws IOException {
    var expected = expected();
    if (!Files.isReadable(file) || Files.isDirectory(file))
      throw new WrongUsage("cannot read " + file);
    try (var in = Files.newInputStream(file)) {
      var report = AuditVerify.verify(in, expected).orThrow();
      boolean judged = !keys.isEmpty() || !heads.isEmpty();
      System.out.print(
          json ? Json.pretty(Verified.json(report)) + "\n" : Verified.text(file, report, judged));
      return 0;
    }
  }

  private Expected expected() {
    var believed = new ArrayList<String>();
    for (String key : keys) believed.addAll(thumbprints(key));
    var known = new ArrayList<Expected.Known>();
    for (String head : heads) {
      var match = HEAD.matcher(head);
      if (!match.matches())
        throw new WrongUsage("--head takes SEQ:HASH as export and verify print it");
      known.add(
          new Expected.Known(
              Long.parseLong(match.group(1)), match.group(2).toLowerCase(java.util.Locale.ROOT)));
    }
    return new Expected(believed, known);
  }

  private static List<String> thumbprints(String key) {
    if (THUMBPRINT.matcher(key).matches() && !Files.exists(Path.of(key))) return List.of(key);
    JsonObject document = Input.json(Path.of(key));
    var set = document.array("keys").orElse(List.<JsonValue>of(document));
    var found = new ArrayList<String>();
    for (JsonValue one : set)
      if (one instanceof JsonObject jwk && Jwk.parse(jwk) instanceof Outcome.Granted<Jwk>(var read))
        found.addAll(Expected.key(read).keys());
    if (found.isEmpty()) throw new WrongUsage("there is no JSON Web Key in " + key);
    return found;
  }
}
