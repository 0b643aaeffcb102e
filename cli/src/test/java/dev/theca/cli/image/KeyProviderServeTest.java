package dev.theca.cli.image;

import static org.assertj.core.api.Assertions.assertThat;

import dev.theca.cli.broker.RunningBroker;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The key provider in a process of its own, and an image that is encrypted through it. */
class KeyProviderServeTest {
  private static final String RECIPIENT =
      "provider:attestation-agent:keyid=kbs:///default/image-kek/served";

  @TempDir Path folder;

  private static String[] theca(String... arguments) {
    var all = new ArrayList<>(List.of("image"));
    all.addAll(List.of(arguments));
    return RunningBroker.program("dev.theca.cli.Main", all).toArray(String[]::new);
  }

  /** Serves while {@code use} runs; its configuration is in {@code ocicrypt.json}. */
  private void serving(List<String> options, Use use) throws Exception {
    var all = new ArrayList<>(List.of("keyprovider", "serve", "--port", "0"));
    all.addAll(options);
    var process =
        new ProcessBuilder(theca(all.toArray(String[]::new)))
            .redirectError(folder.resolve("provider.log").toFile())
            .start();
    try {
      var out =
          new BufferedReader(
              new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8));
      String line = out.readLine();
      assertThat(line).as(Files.readString(folder.resolve("provider.log"))).startsWith("{");
      Files.writeString(folder.resolve("ocicrypt.json"), line);
      use.with(new Tool(folder, Map.of("OCICRYPT_KEYPROVIDER_CONFIG", "ocicrypt.json")));
    } finally {
      process.destroy();
      if (!process.waitFor(20, TimeUnit.SECONDS)) process.destroyForcibly().waitFor();
    }
  }

  private interface Use {
    void with(Tool tool) throws IOException, InterruptedException;
  }

  @Test
  void keys_in_a_folder_encrypt_and_decrypt() throws Exception {
    try (var owner = new Owner(folder)) {
      owner.layout("app", "1", "through the provider");
      serving(
          List.of("--key-folder", owner.file("keks")),
          tool -> {
            tool.run(theca("encrypt", "--encryption-key", RECIPIENT, "oci:app:1", "oci:sealed:1"));
            tool.run(
                theca(
                    "decrypt",
                    "--decryption-key",
                    "provider:attestation-agent",
                    "oci:sealed:1",
                    "oci:plain:1"));
          });
      assertThat(Files.size(folder.resolve("keks/default/image-kek/served"))).isEqualTo(32);
      var difference =
          owner.image("diff", "oci:" + owner.file("app"), "oci:" + owner.file("plain"));
      assertThat(difference.out()).isEqualTo("equal\n");
    }
  }

  @Test
  void keys_go_to_the_broker_before_anything_is_encrypted() throws Exception {
    try (var owner = new Owner(folder);
        var broker = RunningBroker.serve(folder, "--state", folder + "/state")) {
      owner.layout("app", "1", "for the broker");
      serving(
          List.of("--url", broker.url(), "--token-file", broker.tokenFile()),
          tool -> {
            tool.run(theca("encrypt", "--encryption-key", RECIPIENT, "oci:app:1", "oci:sealed:1"));
            var sample =
                tool.attempt(
                    theca(
                        "encrypt",
                        "--encryption-key",
                        "provider:attestation-agent:sample=true",
                        "oci:app:1",
                        "oci:sample:1"));
            assertThat(sample.status()).isEqualTo(2);
          });
      var versions = broker.theca("broker", "resource", "versions", "default/image-kek/served");
      assertThat(versions.out()).as(versions.err()).contains("32");
      Path kek = Files.createDirectories(folder.resolve("keks/default/image-kek"));
      var got =
          broker.theca(
              "broker",
              "resource",
              "get",
              "default/image-kek/served",
              "-o",
              kek.resolve("served") + "");
      assertThat(got.exitCode()).as(got.err()).isZero();
      owner.does(
          "decrypt",
          "--key-folder",
          owner.file("keks"),
          "oci:" + owner.file("sealed"),
          "oci:" + owner.file("plain"));
    }
  }
}
