package dev.theca.broker.gramine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.theca.broker.audit.KeptTrail;
import dev.theca.broker.policy.ResourcePolicy;
import dev.theca.evidence.ratls.RaTlsKeys;
import dev.theca.wire.Code;
import dev.theca.wire.Outcome;
import dev.theca.wire.der.Der;
import dev.theca.wire.json.Json;
import dev.theca.wire.json.JsonObject;
import dev.theca.wire.meter.Meter;
import dev.theca.wire.secret.Secret;
import java.io.ByteArrayInputStream;
import java.io.DataInputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.KeyStore;
import java.security.SecureRandom;
import java.security.Signature;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import javax.net.ssl.KeyManager;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManagerFactory;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A client by hand speaks the documented bytes, with certificates of a forged platform. */
class GramineListenerTest {
  private static final byte[] KEY = {0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15};
  private static final String REQUEST = "SECRET_PROVISION_RA_TLS_REQUEST_V1\0";
  private static final World WORLD = new World();

  private static KeyStore server;

  private static final List<Long> made = new CopyOnWriteArrayList<>();
  private final KeptTrail trail = new KeptTrail();
  private Optional<GramineListener> listener = Optional.empty();

  @BeforeAll
  static void makeServerCertificate() throws Exception {
    server = serverStore();
  }

  @AfterEach
  void close() {
    listener.ifPresent(GramineListener::close);
  }

  /** The enclave whose measurement begins with 1 may have the key. */
  private static Outcome<ResourcePolicy.Allowed> policy(
      JsonObject claims, ResourcePolicy.Wanted wanted, Instant now) {
    assertThat(wanted.plugin()).isEqualTo("resource");
    assertThat(wanted.path()).containsExactly("tenant", "gramine-key", "app");
    return claims.string("found").equals(Optional.of(World.measurement(1)))
        ? Outcome.granted(new ResourcePolicy.Allowed("resource-policy", 3))
        : Outcome.refused(Code.of("policy-denied"), "enclave", "ours", "another", "go away");
  }

  private InetSocketAddress start(ProvisioningSettings.Form form, byte[] secret) {
    return start(form, secret, Duration.ofSeconds(20), 8);
  }

  private InetSocketAddress start(
      ProvisioningSettings.Form form, byte[] secret, Duration limit, int connections) {
    var settings =
        new ProvisioningSettings(
            new InetSocketAddress(InetAddress.getLoopbackAddress(), 0),
            "tenant/gramine-key/app",
            form,
            List.of(),
            limit,
            connections);
    var started =
        GramineListener.start(
            settings,
            GramineListenerTest::serverKeys,
            new AppraisedPeers(WORLD, List.of()),
            GramineListenerTest::policy,
            (path, actor) ->
                secret.length == 0
                    ? Optional.empty()
                    : Optional.of(Secret.moveFrom(secret.clone())),
            trail,
            trail,
            Meter.NONE,
            InstantSource.fixed(World.NOW));
    listener = Optional.of(started);
    return started.address();
  }

  /** What Gramine's client does: request, header, length, secret, end. */
  private static byte[] provision(InetSocketAddress to, String protocol, KeyManager[] client)
      throws Exception {
    return exchange(to, protocol, client, REQUEST);
  }

  private static byte[] exchange(
      InetSocketAddress to, String protocol, KeyManager[] client, String request) throws Exception {
    return exchange(context(client), to, protocol, request);
  }

  private static SSLContext context(KeyManager[] client) throws Exception {
    var trust = TrustManagerFactory.getInstance("PKIX");
    trust.init(server);
    var context = SSLContext.getInstance("TLS");
    context.init(client, trust.getTrustManagers(), new SecureRandom());
    return context;
  }

  private static byte[] exchange(
      SSLContext context, InetSocketAddress to, String protocol, String request) throws Exception {
    try (var socket =
        (SSLSocket) context.getSocketFactory().createSocket("localhost", to.getPort())) {
      var parameters = socket.getSSLParameters();
      parameters.setEndpointIdentificationAlgorithm("HTTPS");
      parameters.setProtocols(new String[] {protocol});
      socket.setSSLParameters(parameters);
      socket.setSoTimeout(15_000);
      socket.startHandshake();
      made.add(socket.getSession().getCreationTime());
      socket.getOutputStream().write(request.getBytes(StandardCharsets.US_ASCII));
      var in = new DataInputStream(socket.getInputStream());
      byte[] head = in.readNBytes(37);
      if (head.length == 0) return new byte[0];
      assertThat(new String(head, StandardCharsets.US_ASCII))
          .isEqualTo("SECRET_PROVISION_RA_TLS_RESPONSE_V1:\0");
      int length = in.readInt();
      byte[] secret = in.readNBytes(length);
      assertThat(in.read()).as("the end").isEqualTo(-1);
      return secret;
    }
  }

  private void refused(String code) {
    assertThat(trail.events).hasSize(1);
    assertThat(trail.events.getFirst().outcome()).isEqualTo("refused");
    assertThat(trail.kept.get("r0").getFirst().code().id()).contains(code);
  }

  @ParameterizedTest
  @ValueSource(strings = {"TLSv1.2", "TLSv1.3"})
  void an_enclave_that_the_policy_names_gets_the_key(String protocol) throws Exception {
    var to = start(ProvisioningSettings.Form.RAW, KEY);
    assertThat(provision(to, protocol, WORLD.keys(1).keyManagers())).isEqualTo(KEY);
    var event = trail.events.getFirst();
    assertThat(event.kind() + " " + event.outcome() + " " + event.tenant())
        .isEqualTo("release granted tenant");
    assertThat(event.actor()).isEqualTo("attested:sgx:" + World.measurement(1));
    assertThat(event.detail().integer("policy-version")).contains(3L);
  }

  @Test
  void a_text_ends_with_one_nul() throws Exception {
    var to = start(ProvisioningSettings.Form.TEXT, "hi".getBytes(StandardCharsets.US_ASCII));
    byte[] got = provision(to, "TLSv1.3", WORLD.keys(1).keyManagers());
    assertThat(got).containsExactly('h', 'i', 0);
    listener.orElseThrow().close();
    to = start(ProvisioningSettings.Form.TEXT, "hi\0".getBytes(StandardCharsets.US_ASCII));
    got = provision(to, "TLSv1.3", WORLD.keys(1).keyManagers());
    assertThat(got).containsExactly('h', 'i', 0);
  }

  @Test
  void another_enclave_gets_nothing_and_is_recorded() throws Exception {
    var to = start(ProvisioningSettings.Form.RAW, KEY);
    assertThat(provision(to, "TLSv1.3", WORLD.keys(2).keyManagers())).isEmpty();
    refused("policy-denied");
    assertThat(trail.events.getFirst().actor()).isEqualTo("attested:sgx:" + World.measurement(2));
  }

  @Test
  void a_quote_of_another_root_or_about_another_key_gets_nothing() throws Exception {
    var to = start(ProvisioningSettings.Form.RAW, KEY);
    var elsewhere = new World().keys(1);
    assertThat(provision(to, "TLSv1.2", elsewhere.keyManagers())).isEmpty();
    refused("chain-untrusted");
    trail.events.clear();
    trail.kept.clear();
    byte[] captured = WORLD.quote(new byte[64], 1);
    var relay = RaTlsKeys.create(data -> captured, World.NOW, World.NOW.plusSeconds(60));
    assertThat(provision(to, "TLSv1.3", relay.keyManagers())).isEmpty();
    refused("binding-");
  }

  @Test
  void a_certificate_without_evidence_gets_nothing() throws Exception {
    var to = start(ProvisioningSettings.Form.RAW, KEY);
    assertThat(provision(to, "TLSv1.3", serverKeys())).isEmpty();
    refused("format-evidence");
  }

  @Test
  void no_certificate_is_no_handshake() {
    var to = start(ProvisioningSettings.Form.RAW, KEY);
    for (String protocol : List.of("TLSv1.2", "TLSv1.3"))
      assertThatThrownBy(() -> provision(to, protocol, new KeyManager[0]))
          .as(protocol)
          .isInstanceOf(IOException.class);
    assertThat(trail.events).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "SECRET_PROVISION_RA_TLS_REQUEST_V2\0",
        "SECRET_PROVISION_RA_TLS_REQUEST_V1\n",
        "GET / HTTP/1.1\r\nHost: localhost\r\n\r\n",
      })
  void another_request_gets_nothing(String request) throws Exception {
    var to = start(ProvisioningSettings.Form.RAW, KEY);
    var keys = WORLD.keys(1).keyManagers();
    assertThat(exchange(to, "TLSv1.3", keys, request)).isEmpty();
    refused("bad-provisioning-request");
  }

  @Test
  void a_missing_empty_or_large_secret_is_not_sent() throws Exception {
    var keys = WORLD.keys(1).keyManagers();
    var to = start(ProvisioningSettings.Form.RAW, new byte[0]);
    assertThat(provision(to, "TLSv1.3", keys)).isEmpty();
    assertThat(trail.events.getFirst().outcome()).isEqualTo("missing");
    listener.orElseThrow().close();
    trail.events.clear();
    to = start(ProvisioningSettings.Form.TEXT, new byte[(64 << 10) + 1]);
    assertThat(provision(to, "TLSv1.3", keys)).isEmpty();
    refused("secret-unfit");
  }

  @ParameterizedTest
  @ValueSource(strings = {"TLSv1.2", "TLSv1.3"})
  void no_session_is_resumed_so_each_connection_is_judged(String protocol) throws Exception {
    var to = start(ProvisioningSettings.Form.RAW, KEY);
    var context = context(WORLD.keys(1).keyManagers());
    for (int i = 0; i < 3; i++) {
      Thread.sleep(20);
      long before = System.currentTimeMillis();
      assertThat(exchange(context, to, protocol, REQUEST)).isEqualTo(KEY);
      assertThat(made.getLast())
          .as("a resumed session is as old as the first")
          .isGreaterThanOrEqualTo(before);
    }
    assertThat(trail.events).hasSize(3);
  }

  @Test
  void a_silent_client_is_cut_off_and_makes_room() throws Exception {
    var to = start(ProvisioningSettings.Form.RAW, KEY, Duration.ofMillis(1500), 1);
    try (var silent = new Socket(to.getAddress(), to.getPort())) {
      silent.setSoTimeout(60_000);
      try (var second = new Socket(to.getAddress(), to.getPort())) {
        second.setSoTimeout(60_000);
        assertThat(second.getInputStream().read()).as("above the limit").isEqualTo(-1);
      }
      assertThat(silent.getInputStream().readAllBytes()).isEmpty();
    }
    byte[] got = {};
    for (int i = 0; i < 400 && got.length == 0; i++) {
      try {
        got = provision(to, "TLSv1.3", WORLD.keys(1).keyManagers());
      } catch (IOException e) {
        Thread.sleep(50);
      }
    }
    assertThat(got).isEqualTo(KEY);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{}",
        "{\"resource\":\"a/b\"}",
        "{\"resource\":\"a/b/c\",\"form\":\"hex\"}",
        "{\"resource\":\"a/b/c\",\"listen\":\"localhost:1\"}",
        "{\"resource\":\"a/b/c\",\"listen\":\"127.0.0.1:70000\"}",
        "{\"resource\":\"a/b/c\",\"listen\":\"127.0.0.1\"}",
        "{\"resource\":\"a/b/c\",\"timeout_seconds\":0}",
        "{\"resource\":\"a/b/c\",\"colour\":\"red\"}",
      })
  void wrong_settings_are_refused(String json) {
    var table = Json.object(json.getBytes(StandardCharsets.UTF_8)).orThrow();
    assertThat(ProvisioningSettings.read(table).isGranted()).isFalse();
  }

  @Test
  void settings_have_defaults() {
    var table = Json.object("{\"resource\":\"a/b/c\"}".getBytes(StandardCharsets.UTF_8)).orThrow();
    var settings = ProvisioningSettings.read(table).orThrow();
    assertThat(settings.listen().getPort()).isEqualTo(4433);
    assertThat(settings.listen().getAddress().isLoopbackAddress()).isTrue();
    assertThat(settings.limit()).isEqualTo(Duration.ofSeconds(30));
  }

  private static KeyManager[] serverKeys() {
    try {
      var factory = KeyManagerFactory.getInstance("PKIX");
      factory.init(server, new char[0]);
      return factory.getKeyManagers();
    } catch (java.security.GeneralSecurityException e) {
      throw new IllegalStateException(e);
    }
  }

  /** A self-signed certificate of localhost. */
  private static KeyStore serverStore() throws Exception {
    var generator = KeyPairGenerator.getInstance("EC");
    generator.initialize(256);
    KeyPair key = generator.generateKeyPair();
    byte[] algorithm = Der.sequence(Der.oid("1.2.840.10045.4.3.2"));
    byte[] name = Der.sequence(Der.set(Der.sequence(Der.oid("2.5.4.3"), Der.utf8("test"))));
    byte[] san = Der.sequence(Der.ia5(0x82, "localhost"));
    var now = Instant.now();
    byte[] tbs =
        Der.sequence(
            Der.explicit(0, Der.integer(2)),
            Der.integer(1),
            algorithm,
            name,
            Der.sequence(Der.time(now.minusSeconds(60)), Der.time(now.plusSeconds(3600))),
            name,
            key.getPublic().getEncoded(),
            Der.explicit(3, Der.sequence(Der.sequence(Der.oid("2.5.29.17"), Der.octets(san)))));
    var signer = Signature.getInstance("SHA256withECDSA");
    signer.initSign(key.getPrivate());
    signer.update(tbs);
    byte[] der = Der.sequence(tbs, algorithm, Der.bits(signer.sign()));
    var certificate =
        (X509Certificate)
            CertificateFactory.getInstance("X.509")
                .generateCertificate(new ByteArrayInputStream(der));
    var store = KeyStore.getInstance("PKCS12");
    store.load(null, null);
    store.setKeyEntry("s", key.getPrivate(), new char[0], new X509Certificate[] {certificate});
    store.setCertificateEntry("ca", certificate);
    return store;
  }
}
