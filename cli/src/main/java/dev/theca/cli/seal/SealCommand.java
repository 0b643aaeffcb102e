package dev.theca.cli.seal;

import dev.theca.broker.BrokerAdmin;
import dev.theca.cli.broker.Connection;
import dev.theca.cli.broker.WrongUsage;
import dev.theca.cli.image.FaultText;
import dev.theca.cli.image.LayerProgress;
import dev.theca.cli.image.Outlet;
import dev.theca.image.ImageException;
import dev.theca.image.Progress;
import dev.theca.wire.json.JsonObject;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.time.InstantSource;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code theca seal}: from an ordinary image to one that only attested workloads can open. */
@Command(
    name = "theca seal",
    mixinStandardHelpOptions = true,
    exitCodeOnInvalidInput = Connection.USAGE,
    description = {
      "Encrypts an image, pushes and signs it, and tells the broker its key, policy and digest.",
      "Nothing plain and no key is written to a disk. What was sealed before is sealed again with",
      "the same key; nothing that a policy demands is dropped.",
      "",
      "Examples:",
      "  theca seal docker-archive:app.tar registry.example/team/app:1 --sign-key sign.pem --plan",
      "  theca seal registry.example/team/app:1 registry.example/sealed/app:1 --sign-key sign.pem",
      "  theca seal oci:app registry.example/app:1 --sign-key sign.pem --no-broker \\",
      "    --encryption-key jwe:team.pub"
    },
    subcommands = SealServeCommand.class,
    exitCodeListHeading = "%nExit codes:%n",
    exitCodeList = {
      "0:sealed; with --plan: it could be",
      "2:refused: what was expected, what was found, what to do",
      "64:wrong usage",
      "69:a registry or the broker does not answer"
    })
final class SealCommand implements Callable<Integer> {
  @Mixin private SealOptions options = new SealOptions();

  @Parameters(
      index = "0",
      arity = "0..1",
      paramLabel = "SOURCE",
      description = "a registry's name, oci:DIR[:TAG] or docker-archive:FILE[:NAME]")
  private @Nullable String source;

  @Parameters(
      index = "1",
      arity = "0..1",
      paramLabel = "DEST",
      description = "the sealed image's name in a registry")
  private @Nullable String destination;

  @Option(names = "--plan", description = "say what would be done, and do nothing")
  private boolean planned;

  @Option(
      names = {"-q", "--quiet"},
      description = "no progress")
  private boolean quiet;

  @Override
  public Integer call() {
    var out = new PrintStream(System.out, true, StandardCharsets.UTF_8);
    var err = new PrintStream(System.err, true, StandardCharsets.UTF_8);
    return Connection.guarded(
        () -> {
          try (var progress = LayerProgress.console()) {
            var silent = Progress.silent();
            return run(new Outlet(out, err, quiet ? silent : progress, options.broker.json()));
          } catch (ImageException e) {
            err.println(FaultText.of(e));
            return Connection.UNAVAILABLE;
          }
        },
        options.broker.json(),
        out,
        err);
  }

  private int run(Outlet outlet) throws IOException {
    if (source == null || destination == null)
      throw new WrongUsage("say what is sealed and where it goes: theca seal SOURCE DEST");
    var terms = options.terms();
    try (var session = options.registries.open(outlet)) {
      var sealer =
          new Sealer(session.registries(), options.signer(), terms, InstantSource.system());
      var plan = sealer.plan(source, destination).orThrow();
      if (planned) return outlet.say(plan.json().build(), plan.text());
      outlet.warn(SealPlan.READABLE);
      if (!terms.broker()) return sealed(sealer, plan, Optional.empty(), outlet);
      try (BrokerAdmin broker = options.broker.open()) {
        var owner = new Sealer.Owner(broker, options.references());
        return sealed(sealer, plan, Optional.of(owner), outlet);
      }
    }
  }

  private static int sealed(
      Sealer sealer, SealPlan plan, Optional<Sealer.Owner> owner, Outlet outlet) {
    JsonObject made = sealer.seal(plan, owner, outlet.progress()).orThrow();
    return outlet.say(made, "sealed " + plan.to() + "\n" + made.string("digest").orElse("") + "\n");
  }
}
