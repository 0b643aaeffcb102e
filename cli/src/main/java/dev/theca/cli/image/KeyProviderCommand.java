package dev.theca.cli.image;

import dev.theca.cli.broker.Connection;
import dev.theca.cli.broker.Documents;
import dev.theca.cli.broker.WrongUsage;
import dev.theca.image.crypt.AgentWrap;
import dev.theca.image.crypt.KekFolder;
import dev.theca.interop.crypt.KeyProvider;
import dev.theca.interop.crypt.KeyProviderServer;
import dev.theca.wire.json.Json;
import dev.theca.wire.json.JsonObject;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.util.concurrent.CountDownLatch;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code theca image keyprovider}: what skopeo and nerdctl ask to encrypt for our broker. */
@Command(
    name = "keyprovider",
    mixinStandardHelpOptions = true,
    exitCodeOnInvalidInput = Connection.USAGE,
    description = {
      "The key provider attestation-agent of Confidential Containers, for other tools.",
      "",
      "Example: theca image keyprovider serve --key-folder keks"
    })
final class KeyProviderCommand {
  @Command(
      name = "serve",
      mixinStandardHelpOptions = true,
      exitCodeOnInvalidInput = Connection.USAGE,
      description = {
        "Serves gRPC on loopback until it is ended. Every process of this machine can have keys",
        "made. Each key is stored before anything is encrypted under it: at the broker, or with",
        "--key-folder in files, which then open images again, too. Published sample keys are",
        "refused. It prints the configuration that tools are given.",
        "",
        "Examples:",
        "  theca image keyprovider serve --port 50000 > ocicrypt.json",
        "  OCICRYPT_KEYPROVIDER_CONFIG=ocicrypt.json skopeo copy --encryption-key"
            + " provider:attestation-agent:keyid=kbs:///default/image-kek/app oci:app:1 oci:app:2"
      })
  int serve(
      @Mixin Connection to,
      @Mixin KeyFolderOption keyFolder,
      @Option(
              names = "--port",
              paramLabel = "PORT",
              defaultValue = "50000",
              description = "on loopback, 0 for a free one (default: ${DEFAULT-VALUE})")
          int port) {
    if (port < 0 || port > 65535)
      return Connection.guarded(
          () -> {
            throw new WrongUsage("--port takes 0 to 65535");
          },
          false,
          System.out,
          System.err);
    if (keyFolder.folder().isEmpty())
      return to.run(
          talk ->
              serve(
                  port,
                  KeyProvider.wrapping(
                      new BrokerKeks(new Documents(talk.broker())), AgentWrap.Form.V2),
                  talk.out(),
                  talk.err()));
    var folder = new KekFolder(keyFolder.folder().get());
    return Connection.guarded(
        () ->
            serve(
                port,
                KeyProvider.wrappingAndUnwrapping(folder, folder, AgentWrap.Form.V2),
                System.out,
                System.err),
        false,
        System.out,
        System.err);
  }

  private static int serve(int port, KeyProvider provider, PrintStream out, PrintStream err) {
    try (var server = KeyProviderServer.start(port, provider)) {
      var address = JsonObject.builder().put("grpc", "127.0.0.1:" + server.port()).build();
      var named = JsonObject.builder().put("attestation-agent", address).build();
      out.println(Json.text(JsonObject.builder().put("key-providers", named).build()));
      out.flush();
      untilEnded();
      return 0;
    } catch (UncheckedIOException e) {
      err.println(FaultText.of(e));
      return Connection.UNAVAILABLE;
    }
  }

  /** A signal ends the process, and with it the server. */
  private static void untilEnded() {
    try {
      new CountDownLatch(1).await();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
