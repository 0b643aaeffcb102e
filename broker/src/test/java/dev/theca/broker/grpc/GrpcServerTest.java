package dev.theca.broker.grpc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.theca.broker.appraise.Attester;
import dev.theca.broker.http.Pki;
import dev.theca.broker.http.TlsSettings;
import dev.theca.wire.der.Pem;
import dev.theca.wire.jose.B64;
import dev.theca.wire.proto.ProtoReader;
import dev.theca.wire.proto.ProtoWriter;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.TlsChannelCredentials;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class GrpcServerTest {
  private static final String HEALTH = "grpc.health.v1.Health";
  @TempDir Path folder;
  private final FakePort fake = new FakePort();
  private final AtomicBoolean ready = new AtomicBoolean(true);
  private final GrpcServer server =
      GrpcServer.start(GrpcServer.Settings.loopback(0), fake.port(), ready::get);
  private final TestClient client = new TestClient(server);

  @AfterEach
  void stop() {
    client.close();
    server.close();
  }

  private static String b64(String text) {
    return B64.url(text.getBytes(StandardCharsets.UTF_8));
  }

  private static ProtoWriter individual(String tee, String evidence) {
    return new ProtoWriter().string(1, tee).string(3, evidence);
  }

  private byte[] evaluate(ProtoWriter... requests) {
    var message = new ProtoWriter();
    for (var request : requests) message.message(1, request);
    return client.call(Services.ATTESTATION, "AttestationEvaluate", message.toBytes());
  }

  private static String text(byte[] message) {
    var in = new ProtoReader(message);
    return in.next() ? in.string() : "";
  }

  private static void aborted(
      org.assertj.core.api.ThrowableAssert.ThrowingCallable call, String words) {
    assertThatThrownBy(call)
        .isInstanceOfSatisfying(
            StatusRuntimeException.class,
            e -> {
              assertThat(e.getStatus().getCode()).isEqualTo(Status.Code.ABORTED);
              assertThat(e.getStatus().getDescription()).contains(words);
            });
  }

  @Test
  void bytes_written_by_hand_are_understood() {
    // AttestationRequest{verification_requests: [{tee "sgx", evidence b64url("{}"),
    //   raw_runtime_data b64url("hi"), runtime_data_hash_algorithm "sha384"}], policy_ids ["p"]}
    byte[] message =
        HexFormat.of()
            .parseHex(
                "0a17"
                    + "0a03736778" // 1: "sgx"
                    + "1a03653330" // 3: "e30", which is {}
                    + "220361476b" // 4: "aGk", which is hi
                    + "4206736861333834" // 8: "sha384"
                    + "120170"); // policy_ids "p"
    byte[] answer = client.call(Services.ATTESTATION, "AttestationEvaluate", message);
    assertThat(HexFormat.of().formatHex(answer))
        .isEqualTo("0a0a" + HexFormat.of().formatHex("signed.sgx".getBytes()));
    var attester = fake.judged.getFirst().getFirst();
    assertThat(attester.runtime())
        .isInstanceOfSatisfying(
            Attester.Runtime.Raw.class, raw -> assertThat(raw.bytes()).asString().isEqualTo("hi"));
    assertThat(fake.policyIds.getFirst()).containsExactly("p");
  }

  @Test
  void several_attesters_are_judged_together_and_no_policy_means_the_default() {
    assertThat(text(evaluate(individual("snp", b64("{}")), individual("nvidia", b64("[]")))))
        .isEqualTo("signed.snp+nvidia");
    assertThat(fake.policyIds.getFirst()).isEmpty();
    assertThat(fake.judged.getFirst())
        .allMatch(a -> a.runtime() instanceof Attester.Runtime.None && a.initData().isEmpty());
  }

  @ParameterizedTest
  @CsvSource({
    "'', sha384",
    "sha384, sha384",
    "sha-384, sha384",
    "SHA256, sha256",
    "Sha-512, sha512",
    "sm3, sm3",
  })
  void hash_algorithms_are_known_in_both_spellings(String said, String meant) {
    evaluate(
        individual("sgx", b64("{}"))
            .string(5, "{\"nonce\":\"n\"}")
            .string(7, "x = 1")
            .string(8, said));
    var attester = fake.judged.getFirst().getFirst();
    assertThat(attester.runtime())
        .isInstanceOfSatisfying(
            Attester.Runtime.Structured.class,
            s -> {
              assertThat(s.hash()).isEqualTo(meant);
              assertThat(s.claims().string("nonce")).hasValue("n");
            });
    assertThat(attester.initData()).hasValue(new Attester.InitDataGiven.Text("x = 1"));
  }

  @Test
  void of_a_oneof_the_last_field_counts() {
    evaluate(
        individual("sgx", b64("{}"))
            .string(5, "{}")
            .string(4, b64("raw"))
            .string(7, "x = 1")
            .string(6, b64("digest")));
    var attester = fake.judged.getFirst().getFirst();
    assertThat(attester.runtime()).isInstanceOf(Attester.Runtime.Raw.class);
    assertThat(attester.initData().orElseThrow())
        .isInstanceOf(Attester.InitDataGiven.DigestOnly.class);
  }

  @Test
  void what_cannot_be_judged_is_aborted_with_words() {
    aborted(() -> evaluate(), "No verification requests provided.");
    aborted(() -> evaluate(individual("tdx", b64("{}"))), "test-refused");
    aborted(() -> evaluate(individual("SGX!", b64("{}"))), "parse TEE type");
    aborted(() -> evaluate(individual("sgx", "not base64!")), "Illegal input Evidence");
    aborted(() -> evaluate(individual("sgx", b64("{}") + "=")), "Illegal input Evidence");
    aborted(() -> evaluate(individual("sgx", b64("{"))), "bad-json");
    aborted(() -> evaluate(individual("sgx", b64("[".repeat(200)))), "bad-json");
    aborted(() -> evaluate(individual("sgx", b64("{}")).string(5, "[]")), "object");
    aborted(
        () -> evaluate(individual("sgx", b64("{}")).string(5, "{}").string(8, "md5")), "algorithm");
    aborted(
        () ->
            client.call(Services.ATTESTATION, "AttestationEvaluate", new byte[] {10, 100, 1, 2, 3}),
        "claims 100 bytes");
    var many = new ProtoWriter[65];
    java.util.Arrays.fill(many, individual("sgx", b64("{}")));
    aborted(() -> evaluate(many), "at most 64");
    assertThat(fake.judged).hasSize(1);
  }

  @Test
  void a_fault_is_aborted_without_its_words() {
    aborted(() -> evaluate(individual("crash", b64("{}"))), "a fault in the service");
    assertThatThrownBy(() -> evaluate(individual("crash", b64("{}"))))
        .hasMessageNotContaining("secret words");
  }

  @Test
  void a_message_beyond_the_limit_is_refused_before_it_is_read() {
    assertThatThrownBy(
            () -> client.call(Services.ATTESTATION, "AttestationEvaluate", new byte[17 << 20]))
        .isInstanceOfSatisfying(
            StatusRuntimeException.class,
            e -> assertThat(e.getStatus().getCode()).isEqualTo(Status.Code.RESOURCE_EXHAUSTED));
  }

  @Test
  void policies_are_set_and_bad_ones_refused() {
    byte[] good =
        new ProtoWriter().string(1, "default_cpu").string(2, b64("package policy")).toBytes();
    assertThat(client.call(Services.ATTESTATION, "SetAttestationPolicy", good)).isEmpty();
    assertThat(fake.policies).isEqualTo(Map.of("default_cpu", "package policy"));
    for (var bad :
        List.of(
            new ProtoWriter().string(1, "p").string(2, "!"),
            new ProtoWriter().string(1, "p").string(2, b64("nonsense")),
            new ProtoWriter().string(1, "p").string(2, B64.url(new byte[] {-1})),
            new ProtoWriter().string(1, "../p").string(2, b64("package policy")),
            new ProtoWriter().string(2, b64("package policy"))))
      aborted(
          () -> client.call(Services.ATTESTATION, "SetAttestationPolicy", bad.toBytes()),
          "Set attestation policy failed");
  }

  @Test
  void challenges_take_a_map() {
    byte[] request = new ProtoWriter().map(1, Map.of("tee", "se")).toBytes();
    assertThat(text(client.call(Services.ATTESTATION, "GetAttestationChallenge", request)))
        .isEqualTo("c-se");
    aborted(() -> client.call(Services.ATTESTATION, "GetAttestationChallenge", new byte[0]), "tee");
  }

  @Test
  void an_unknown_reference_value_is_absent_and_an_empty_one_present() {
    assertThat(query("known")).isEqualTo(new ProtoWriter().string(1, "[\"1\"]").toBytes());
    assertThat(query("empty")).isEqualTo(new byte[] {10, 0});
    assertThat(query("unknown")).isEmpty();
    byte[] message = new ProtoWriter().string(1, "{}").toBytes();
    assertThat(client.call(Services.REFERENCE, "RegisterReferenceValue", message)).isEmpty();
    assertThat(fake.references).containsKey("registered");
    aborted(
        () -> client.call(Services.REFERENCE, "RegisterReferenceValue", new byte[0]), "message");
  }

  private byte[] query(String id) {
    byte[] request = new ProtoWriter().string(1, id).toBytes();
    return client.call(Services.REFERENCE, "QueryReferenceValue", request);
  }

  @Test
  void health_follows_readiness() {
    assertThat(client.call(HEALTH, "Check", new byte[0])).containsExactly(8, 1);
    var known = new ProtoWriter().string(1, Services.REFERENCE).toBytes();
    assertThat(client.call(HEALTH, "Check", known)).containsExactly(8, 1);
    var watch = client.stream(HEALTH, "Watch", new byte[0]);
    assertThat(watch.next()).containsExactly(8, 1);
    ready.set(false);
    assertThat(watch.next()).containsExactly(8, 2);
    assertThat(client.call(HEALTH, "Check", new byte[0])).containsExactly(8, 2);
    var unknown = new ProtoWriter().string(1, "other").toBytes();
    assertThatThrownBy(() -> client.call(HEALTH, "Check", unknown))
        .hasMessageContaining("NOT_FOUND");
    assertThat(client.stream(HEALTH, "Watch", unknown).next()).containsExactly(8, 3);
  }

  @Test
  void with_authorities_only_clients_with_a_certificate_are_served() throws Exception {
    var pki = new Pki("Authority");
    var certificate = folder.resolve("c.pem");
    var key = folder.resolve("k.pem");
    var authority = folder.resolve("ca.pem");
    pki.leaf("server").write(certificate, key);
    Files.writeString(authority, Pem.write("CERTIFICATE", pki.certificate()));
    var ownCertificate = folder.resolve("oc.pem");
    var ownKey = folder.resolve("ok.pem");
    pki.leaf("kbs").write(ownCertificate, ownKey);
    var settings =
        new GrpcServer.Settings(
            new InetSocketAddress("127.0.0.1", 0),
            Optional.of(
                TlsSettings.of(certificate, key)
                    .withClients(TlsSettings.Clients.MUST_SHOW_CERTIFICATE, authority)),
            false,
            16);
    var trusting = TlsChannelCredentials.newBuilder().trustManager(authority.toFile());
    try (var secure = GrpcServer.start(settings, fake.port(), () -> true);
        var without = new TestClient(secure, trusting.build());
        var with =
            new TestClient(
                secure,
                TlsChannelCredentials.newBuilder()
                    .trustManager(authority.toFile())
                    .keyManager(ownCertificate.toFile(), ownKey.toFile())
                    .build())) {
      assertThat(with.call(HEALTH, "Check", new byte[0])).containsExactly(8, 1);
      assertThatThrownBy(() -> without.call(HEALTH, "Check", new byte[0]))
          .hasMessageContaining("UNAVAILABLE");
    }
  }

  @Test
  void a_certificate_that_was_renewed_is_shown_without_a_restart_and_a_broken_one_is_not()
      throws Exception {
    var before = new Pki("Before");
    var after = new Pki("After");
    var certificate = folder.resolve("c.pem");
    var key = folder.resolve("k.pem");
    before.leaf("server").write(certificate, key);
    var settings =
        new GrpcServer.Settings(
            new InetSocketAddress("127.0.0.1", 0),
            Optional.of(TlsSettings.of(certificate, key).withCheck(Duration.ofMillis(50))),
            false,
            16);
    try (var server = GrpcServer.start(settings, fake.port(), () -> true);
        var old = new TestClient(server, trusting(before))) {
      assertThat(serves(server, before)).isTrue();
      assertThat(old.call(HEALTH, "Check", new byte[0])).containsExactly(8, 1);
      Files.writeString(certificate, "no certificate");
      Thread.sleep(200);
      assertThat(serves(server, before)).as("what does not load leaves the old one").isTrue();
      after.leaf("server").write(certificate, key);
      long end = System.nanoTime() + Duration.ofSeconds(20).toNanos();
      while (!serves(server, after)) {
        assertThat(System.nanoTime()).as("the new certificate is shown").isLessThan(end);
        Thread.sleep(50);
      }
      assertThat(serves(server, before)).isFalse();
      assertThat(old.call(HEALTH, "Check", new byte[0]))
          .as("open connections go on")
          .containsExactly(8, 1);
    }
  }

  @Test
  void tls_files_that_do_not_load_are_refused_at_the_start() throws Exception {
    var nothing = Files.writeString(folder.resolve("n.pem"), "nothing");
    var settings =
        new GrpcServer.Settings(
            new InetSocketAddress("127.0.0.1", 0),
            Optional.of(TlsSettings.of(nothing, nothing)),
            false,
            16);
    assertThatThrownBy(() -> GrpcServer.start(settings, fake.port(), () -> true))
        .hasMessageContaining("bad-tls-files");
  }

  private io.grpc.ChannelCredentials trusting(Pki pki) throws java.io.IOException {
    var authority = Files.createTempFile(folder, "ca", ".pem");
    Files.writeString(authority, Pem.write("CERTIFICATE", pki.certificate()));
    return TlsChannelCredentials.newBuilder().trustManager(authority.toFile()).build();
  }

  private boolean serves(GrpcServer server, Pki pki) throws java.io.IOException {
    try (var fresh = new TestClient(server, trusting(pki))) {
      return fresh.call(HEALTH, "Check", new byte[0]).length == 2;
    } catch (StatusRuntimeException e) {
      assertThat(e.getStatus().getCode()).isEqualTo(Status.Code.UNAVAILABLE);
      return false;
    }
  }

  @Test
  void plain_text_for_others_does_not_start() {
    var open =
        new GrpcServer.Settings(new InetSocketAddress("0.0.0.0", 0), Optional.empty(), false, 16);
    assertThatThrownBy(() -> GrpcServer.start(open, fake.port(), () -> true))
        .hasMessageContaining("insecure");
  }
}
