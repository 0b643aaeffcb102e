package dev.theca.interop.crypt;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.theca.image.crypt.AgentWrap;
import dev.theca.image.crypt.DecryptionKeys;
import dev.theca.image.crypt.Recipients;
import dev.theca.wire.Outcome;
import dev.theca.wire.secret.Secret;
import dev.theca.wire.ttrpc.TtrpcServer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Our own client of key providers, and its configuration. */
class ProviderClientTest extends KeyProviderBed {
  private KeyProviderConfig config(String way) {
    return KeyProviderConfig.parse(
            Layout.utf8("{\"key-providers\":{\"attestation-agent\":" + way + "}}"))
        .orThrow();
  }

  private void sealsAndOpens(KeyProviderConfig config, String parameters) throws Exception {
    var plain = Layout.create(Files.createTempDirectory(folder, "p"), 50_000, 7);
    var wraps =
        new Recipients(InteropSchemes.recipients(config, InstantSource.system()))
            .parse("provider:attestation-agent" + parameters)
            .orThrow();
    var sealed = plain.sealed(Files.createTempDirectory(folder, "s"), List.of(0, 1), wraps);
    var unwraps =
        new DecryptionKeys(InteropSchemes.keys(config), List.of())
            .parse("provider:attestation-agent:cc_kbc::http://kbs")
            .orThrow();
    for (int i = 0; i < 2; i++)
      assertThat(sealed.open(sealed.layers().get(i), unwraps).orThrow())
          .isEqualTo(plain.read(plain.layers().get(i).digest()));
  }

  @Test
  void our_client_seals_and_opens_through_grpc() throws Exception {
    var config = config("{\"grpc\":\"127.0.0.1:" + server.port() + "\"}");
    sealsAndOpens(config, "");
    sealsAndOpens(config, ":keyid=kbs:///default/image-kek/k1::algorithm=A256GCM");
  }

  @Test
  void our_client_seals_and_opens_through_ttrpc() throws Exception {
    Path socket = folder.resolve("s");
    try (var provider = KeyProvider.wrappingAndUnwrapping(keys, keys, AgentWrap.Form.V1);
        var ttrpc =
            TtrpcServer.start(
                socket,
                Map.of(
                    "keyprovider.KeyProviderService/WrapKey",
                    call ->
                        ProviderMessages.toProto(
                            ProviderMessages.ofProto(call.payload())
                                .then(provider::wrap)
                                .orThrow()),
                    "keyprovider.KeyProviderService/UnWrapKey",
                    call ->
                        ProviderMessages.toProto(
                            ProviderMessages.ofProto(call.payload())
                                .then(provider::unwrap)
                                .orThrow())),
                peer -> true)) {
      assertThat(ttrpc).isNotNull();
      sealsAndOpens(
          config("{\"ttrpc\":\"unix://" + socket + "\"}"), ":keyid=/default/image-kek/k2");
    }
  }

  private String script(String text) throws Exception {
    Path file =
        Files.createTempFile(
            folder,
            "kp",
            ".sh",
            PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
    Files.writeString(file, "#!/bin/sh\n" + text + "\n");
    return "{\"cmd\":{\"path\":\"" + file + "\",\"args\":null}}";
  }

  /** A provider that protects nothing: it hands the options through. */
  @Test
  void our_client_seals_and_opens_through_a_program() throws Exception {
    sealsAndOpens(
        config(
            script(
                """
                sed -e 's/.*"op":"keywrap".*"optsdata":"\\([^"]*\\)".*/{"keywrapresults":{"annotation":"\\1"}}/' \\
                    -e 's/.*"op":"keyunwrap".*"annotation":"\\([^"]*\\)".*/{"keyunwrapresults":{"optsdata":"\\1"}}/'
                """)),
        "");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "exit 3",
        "echo no json",
        "echo '{}'",
        "echo '{\"keywrapresults\":{\"annotation\":null}}'",
        "head -c 3000000 /dev/zero"
      })
  void a_program_that_answers_badly_is_refused(String text) throws Exception {
    var wrap =
        new ProviderWrap(
            "attestation-agent",
            config(script(text)).providers().get("attestation-agent"),
            List.of(""));
    try (var secret = Secret.moveFrom(Layout.utf8(OPTIONS))) {
      assertThat(wrap.wrap(secret)).isInstanceOf(Outcome.Refused.class);
    }
  }

  @Test
  void a_program_that_hangs_is_ended() throws Exception {
    Path marker = folder.resolve("pid");
    Path file =
        Files.writeString(folder.resolve("h.sh"), "echo $$ >" + marker + "; sleep 60 & wait");
    Duration limit = Duration.ofMillis(250);
    do { // until it had begun before it was ended
      limit = limit.multipliedBy(2);
      assertThat(limit).isLessThan(Duration.ofSeconds(60));
      long start = System.nanoTime();
      assertThat(BoundedProcess.run(List.of("/bin/sh", file.toString()), new byte[0], 100, limit))
          .isInstanceOf(Outcome.Refused.class);
      assertThat(Duration.ofNanos(System.nanoTime() - start))
          .isLessThan(limit.plus(Duration.ofSeconds(20)));
    } while (!Files.exists(marker) || !Files.readString(marker).endsWith("\n"));
    long pid = Long.parseLong(Files.readString(marker).strip());
    var process = ProcessHandle.of(pid);
    if (process.isPresent()) {
      var unused = process.get().onExit().get(60, TimeUnit.SECONDS);
    }
  }

  @Test
  void a_provider_that_is_away_is_a_fault_and_no_refusal() {
    int port = server.port();
    server.close();
    var wrap =
        new ProviderWrap(
            "attestation-agent",
            config("{\"grpc\":\"127.0.0.1:" + port + "\"}").providers().get("attestation-agent"),
            List.of(""));
    try (var secret = Secret.moveFrom(Layout.utf8(OPTIONS))) {
      assertThatThrownBy(() -> wrap.wrap(secret))
          .isInstanceOf(dev.theca.image.ImageException.class);
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{'grpc':'192.0.2.1:50000'}",
        "{'grpc':'127.0.0.1'}",
        "{'grpc':'127.0.0.1:99999'}",
        "{'grpc':'127.0.0.1.evil.example:1'}",
        "{'cmd':{}}",
        "{'cmd':{'path':'/x','args':'y'}}",
        "{'ttrpc':'tcp://x'}",
        "{'grpc':'127.0.0.1:1','cmd':{'path':'/x'}}",
        "{'ttrpc':'unix:///\\u0000'}",
        "{}",
        "7"
      })
  void a_configuration_that_sends_keys_elsewhere_or_nowhere_is_refused(String way) {
    assertThat(
            KeyProviderConfig.parse(
                Layout.utf8(("{'key-providers':{'a':" + way + "}}").replace('\'', '"'))))
        .isInstanceOf(Outcome.Refused.class);
  }

  @Test
  void the_recorded_configuration_is_read() throws Exception {
    Path shared =
        Path.of(java.util.Optional.ofNullable(System.getenv("THECA_SHARED")).orElse("../shared"));
    Path file =
        shared.resolve("testdata/coco/guest-components/ocicrypt-rs/data/ocicrypt_config.json");
    org.junit.jupiter.api.Assumptions.assumeTrue(
        Files.exists(file), () -> "test data not found: " + file + " (set THECA_SHARED)");
    var config =
        KeyProviderConfig.ofEnvironment(Map.of("OCICRYPT_KEYPROVIDER_CONFIG", file.toString()))
            .orThrow();
    assertThat(config.providers())
        .containsEntry(
            "keyprovider1",
            new KeyProviderConfig.Way.Command(List.of("/usr/lib/keyprovider-wrapkey")))
        .containsEntry("keyprovider2", new KeyProviderConfig.Way.Grpc("localhost", 32223))
        .containsEntry("keyprovider3", new KeyProviderConfig.Way.Native("attestation_agent"))
        .containsEntry(
            "keyprovider4", new KeyProviderConfig.Way.Ttrpc(Path.of("/tmp/keyprovider.sock")));
  }
}
