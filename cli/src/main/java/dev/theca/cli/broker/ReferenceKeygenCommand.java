package dev.theca.cli.broker;

import dev.theca.wire.jose.Jwk;
import dev.theca.wire.json.JsonObject;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code theca broker reference keygen}: a key that may say what is good. */
@Command(
    name = "keygen",
    mixinStandardHelpOptions = true,
    exitCodeOnInvalidInput = Connection.USAGE,
    description = {
      "Makes a provenance key and prints what goes into the broker's configuration.",
      "",
      "Example: theca broker reference keygen --key-name release -o release.jwk"
    })
final class ReferenceKeygenCommand implements Callable<Integer> {
  /** Which curve. */
  enum Curve {
    P256("P-256"),
    P384("P-384");

    private final String crv;

    Curve(String crv) {
      this.crv = crv;
    }
  }

  @Option(
      names = "--key-name",
      required = true,
      paramLabel = "NAME",
      description = "under which the broker knows it")
  private String name = "";

  @Option(
      names = {"-o", "--out"},
      required = true,
      paramLabel = "FILE",
      description = "a new file of mode 0600 for the private key")
  private Path out = Path.of("");

  @Option(
      names = "--curve",
      paramLabel = "CURVE",
      defaultValue = "P256",
      description = "${COMPLETION-CANDIDATES} (default: ${DEFAULT-VALUE})")
  private Curve curve = Curve.P256;

  @Option(
      names = "--scope",
      paramLabel = "PATTERN",
      description = "names that it may register, * for any text (default: *)")
  private List<String> scope = List.of("*");

  @Override
  public Integer call() {
    return Connection.guarded(this::made, false, System.out, System.err);
  }

  private int made() throws java.io.IOException {
    if (!name.matches("[A-Za-z0-9][A-Za-z0-9_.:/@-]{0,127}"))
      throw new WrongUsage("--key-name takes letters, digits and _ . : / @ -");
    if (scope.stream().anyMatch(s -> !s.matches("[ -!#-\\[\\]-~]{1,512}")))
      throw new WrongUsage("--scope takes printable characters other than \" and \\");
    var key = Jwk.generate(curve.crv);
    try (var secret = key.privateJson()) {
      secret.lend(
          bytes -> {
            Output.secret(out, bytes);
            return true;
          });
    }
    System.out.print(table(key.publicJson()));
    return 0;
  }

  private String table(JsonObject key) {
    return """
        [[reference.keys]]
        name = "%s"
        scope = [%s]
        jwk = { kty = "EC", crv = "%s", x = "%s", y = "%s" }
        """
        .formatted(
            name,
            String.join(", ", scope.stream().map(s -> "\"" + s + "\"").toList()),
            key.string("crv").orElseThrow(),
            key.string("x").orElseThrow(),
            key.string("y").orElseThrow());
  }
}
