package dev.theca.cli.seal;

import dev.theca.broker.BrokerAdmin;
import dev.theca.cli.broker.Connection;
import dev.theca.cli.broker.TokenFile;
import dev.theca.cli.broker.WrongUsage;
import dev.theca.cli.image.Outlet;
import dev.theca.cli.seal.jobs.JobServer;
import dev.theca.cli.seal.jobs.JobSpec;
import dev.theca.image.Progress;
import dev.theca.image.local.ImageLocation;
import dev.theca.image.remote.Registries;
import dev.theca.image.sign.SigningKey;
import dev.theca.wire.Code;
import dev.theca.wire.Outcome;
import dev.theca.wire.json.JsonObject;
import dev.theca.wire.service.Service;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code theca seal serve}: sealing as a service of a build system. */
@Command(
    name = "serve",
    mixinStandardHelpOptions = true,
    exitCodeOnInvalidInput = Connection.USAGE,
    description = {
      "Seals images for whoever holds the token: POST, GET and DELETE of /theca/v1/jobs[/ID] with",
      "{\"source\":..., \"destination\":..., \"recipients\":[...]}. Keys, broker and registries are",
      "those of this command line. Plain HTTP on loopback: put a proxy that speaks TLS before it.",
      "",
      "Examples:",
      "  theca seal serve --sign-key sign.pem --jobs-token-file token --sources /builds",
      "  curl -H \"Authorization: Bearer $(cat token)\" http://127.0.0.1:8090/theca/v1/jobs \\",
      "    -d '{\"source\":\"oci:/builds/app\",\"destination\":\"registry.example/app:1\"}'"
    })
final class SealServeCommand implements Callable<Integer> {
  @Mixin private SealOptions options = new SealOptions();

  @Option(
      names = "--jobs-token-file",
      required = true,
      paramLabel = "FILE",
      description = "holds the token that callers show")
  private Path token = Path.of("");

  @Option(
      names = "--port",
      paramLabel = "PORT",
      defaultValue = "8090",
      description = "on loopback, 0 for a free one (default: ${DEFAULT-VALUE})")
  private int port = 8090;

  @Option(
      names = "--at-once",
      paramLabel = "N",
      defaultValue = "2",
      description = "images sealed side by side (default: ${DEFAULT-VALUE})")
  private int atOnce = 2;

  @Option(
      names = "--sources",
      paramLabel = "DIR",
      description = "files below it may be sealed too (default: images of registries only)")
  private @Nullable Path sources;

  @Override
  public Integer call() {
    if (port < 0 || port > 65535 || atOnce < 1 || atOnce > 64)
      return Connection.guarded(
          () -> {
            throw new WrongUsage("--port takes 0 to 65535, --at-once 1 to 64");
          },
          false,
          System.out,
          System.err);
    return Connection.guarded(() -> Service.run(this::start), false, System.out, System.err);
  }

  private Service.Running start() throws IOException {
    var terms = options.terms();
    var signer = options.signer();
    var outlet = new Outlet(System.out, System.err, Progress.silent(), true);
    var session = options.registries.open(outlet);
    var server =
        JobServer.start(
            new InetSocketAddress(InetAddress.getLoopbackAddress(), port),
            TokenFile.read(token),
            (spec, progress) -> seal(session.registries(), signer, terms, spec, progress),
            atOnce);
    var boot =
        JsonObject.builder().put("url", "http://127.0.0.1:" + server.address().getPort()).build();
    return new Service.Running(
        boot,
        () -> {
          server.close();
          session.close();
        });
  }

  private Outcome<JsonObject> seal(
      Registries registries, SigningKey signer, Terms terms, JobSpec spec, Progress progress) {
    return allowed(spec)
        .then(
            fine -> {
              var mine = terms.withMore(spec.recipients());
              var sealer = new Sealer(registries, signer, mine, InstantSource.system());
              return sealer
                  .plan(spec.source(), spec.destination())
                  .then(
                      plan -> {
                        if (!mine.broker()) return sealer.seal(plan, Optional.empty(), progress);
                        try (BrokerAdmin broker = options.broker.open()) {
                          var owner = new Sealer.Owner(broker, options.references());
                          return sealer.seal(plan, Optional.of(owner), progress);
                        }
                      });
            });
  }

  /** Callers name files only below the folder that this command line names. */
  private Outcome<Boolean> allowed(JobSpec spec) {
    for (String recipient : spec.recipients())
      if (!recipient.startsWith("jwe:") || !below(Path.of(recipient.substring(4))))
        return refused("recipient " + recipient, "jwe:FILE below --sources");
    return ImageLocation.parse(spec.destination())
        .then(
            to ->
                to instanceof ImageLocation.Registry
                    ? ImageLocation.parse(spec.source())
                    : refused("destination", "a registry's name"))
        .then(
            from ->
                switch (from) {
                  case ImageLocation.Registry unused -> Outcome.granted(true);
                  case ImageLocation.Layout layout -> file(layout.folder());
                  case ImageLocation.Archive archive -> file(archive.file());
                });
  }

  private Outcome<Boolean> file(Path path) {
    return below(path)
        ? Outcome.granted(true)
        : refused("source " + path, "a registry's name, or a file below --sources");
  }

  /** Links are followed before the comparison. */
  private boolean below(Path path) {
    if (sources == null) return false;
    try {
      return path.toRealPath().startsWith(sources.toRealPath());
    } catch (IOException e) {
      return false;
    }
  }

  private static <T> Outcome<T> refused(String what, String expected) {
    return Outcome.refused(
        Code.of("seal-job"), what, expected, "another", "see 'theca seal serve --help'");
  }
}
