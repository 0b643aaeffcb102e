package dev.theca.broker.admin;

import static org.assertj.core.api.Assertions.assertThat;

import com.nimbusds.jose.jwk.Curve;
import com.nimbusds.jose.jwk.ECKey;
import com.nimbusds.jose.jwk.JWKSet;
import com.sun.net.httpserver.HttpsConfigurator;
import com.sun.net.httpserver.HttpsServer;
import dev.theca.wire.Outcome;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyStore;
import java.security.interfaces.ECPublicKey;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Keys of providers: over HTTPS, with discovery, remembered, and rolled. */
class KeySourceTest {
  private static final KeyPair FIRST = Keys.ec("secp256r1");
  private static final KeyPair SECOND = Keys.ec("secp256r1");

  @TempDir static Path shared;
  private static HttpsServer server;
  private static SSLContext trust;
  private static Path caFile;
  private static final Map<String, byte[]> PAGES = new HashMap<>();
  private static final AtomicInteger ASKED = new AtomicInteger();

  @BeforeAll
  static void serve() throws Exception {
    Path store = shared.resolve("tls.p12");
    var keytool =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "keytool").toString(),
                "-genkeypair",
                "-alias",
                "idp",
                "-keyalg",
                "EC",
                "-groupname",
                "secp256r1",
                "-dname",
                "CN=localhost",
                "-ext",
                "san=dns:localhost",
                "-validity",
                "2",
                "-storetype",
                "PKCS12",
                "-keystore",
                store.toString(),
                "-storepass",
                "for-tests")
            .redirectErrorStream(true)
            .redirectOutput(shared.resolve("keytool.log").toFile())
            .start();
    assertThat(keytool.waitFor()).isZero();
    var keys = KeyStore.getInstance(store.toFile(), "for-tests".toCharArray());
    var managers = KeyManagerFactory.getInstance("PKIX");
    managers.init(keys, "for-tests".toCharArray());
    var context = SSLContext.getInstance("TLS");
    context.init(managers.getKeyManagers(), null, null);
    var certificate = keys.getCertificate("idp");
    caFile = shared.resolve("ca.pem");
    Files.writeString(
        caFile, dev.theca.wire.der.Pem.write("CERTIFICATE", certificate.getEncoded()));
    trust = trusting(certificate);
    server = HttpsServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.setHttpsConfigurator(new HttpsConfigurator(context));
    server.createContext(
        "/",
        exchange -> {
          int unused = ASKED.incrementAndGet();
          byte[] page = PAGES.get(exchange.getRequestURI().getPath());
          if (exchange.getRequestURI().getPath().equals("/moved"))
            exchange.getResponseHeaders().add("Location", url("/jwks").toString());
          int status = exchange.getRequestURI().getPath().equals("/moved") ? 302 : 404;
          exchange.sendResponseHeaders(
              page == null ? status : 200, page == null ? -1 : page.length);
          if (page != null) exchange.getResponseBody().write(page);
          exchange.close();
        });
    server.start();
    page("/jwks", jwks(Map.of("one", FIRST)));
  }

  @AfterAll
  static void stop() {
    server.stop(0);
  }

  private static SSLContext trusting(java.security.cert.Certificate certificate)
      throws GeneralSecurityException, IOException {
    var store = KeyStore.getInstance("PKCS12");
    store.load((InputStream) null, null);
    store.setCertificateEntry("ca", certificate);
    var managers = TrustManagerFactory.getInstance("PKIX");
    managers.init(store);
    var context = SSLContext.getInstance("TLS");
    context.init(null, managers.getTrustManagers(), null);
    return context;
  }

  private static URI url(String path) {
    return URI.create("https://localhost:" + server.getAddress().getPort() + path);
  }

  private static void page(String path, String text) {
    PAGES.put(path, text.getBytes(StandardCharsets.UTF_8));
  }

  private static String jwks(Map<String, KeyPair> keys) {
    return new JWKSet(
            keys.entrySet().stream()
                .<com.nimbusds.jose.jwk.JWK>map(
                    e ->
                        new ECKey.Builder(Curve.P_256, (ECPublicKey) e.getValue().getPublic())
                            .keyID(e.getKey())
                            .build())
                .toList())
        .toString();
  }

  private static Outcome<byte[]> fetch(String path, String issuer) {
    return new JwksReading(Fetch.over(trust), url(path), issuer).document();
  }

  @Test
  void a_token_is_believed_with_keys_of_a_provider_over_https() throws Exception {
    Path folder = Files.createDirectory(shared.resolve("admin"));
    try (var admin =
        new Admin(
            folder,
            "authorization_mode = \"AuthenticatedAuthorization\"\n"
                + "[[authentication.bearer_jwt.identity_providers]]\njwk_set_uri = \""
                + url("/jwks")
                + "\"\nca_certs = \""
                + caFile
                + "\"\n")) {
      var claims = Keys.claims("auditor").build();
      String token = Keys.token(FIRST, "ES256", "one", claims);
      assertThat(admin.says(token, "GET", "/theca/v1/audit")).isEqualTo("granted");
      assertThat(admin.says(Keys.token(FIRST, "ES256", "two", claims), "GET", "/theca/v1/audit"))
          .isEqualTo(Admins.INVALID + ": an unknown key");
      assertThat(admin.says(Keys.token(SECOND, "ES256", "one", claims), "GET", "/theca/v1/audit"))
          .isEqualTo(Admins.INVALID + ": a bad signature");
    }
  }

  @Test
  void an_issuer_is_asked_where_its_keys_are_with_and_without_a_slash() {
    String document = "{\"issuer\":\"idp\",\"jwks_uri\":\"" + url("/jwks") + "\"}";
    page("/realm/.well-known/openid-configuration", document);
    assertThat(fetch("/realm", "idp").then(KeySet::jwks).isGranted()).isTrue();
    assertThat(fetch("/realm/", "").then(KeySet::jwks).isGranted()).isTrue();
    assertThat(fetch("/realm", "another").isGranted()).isFalse();
  }

  @Test
  void a_discovery_that_leads_astray_is_refused() {
    for (String address :
        List.of("http://localhost/jwks", "file:///etc/passwd", "", "https://", "x y")) {
      page(
          "/astray/.well-known/openid-configuration",
          "{\"issuer\":\"idp\",\"jwks_uri\":\"" + address + "\"}");
      assertThat(fetch("/astray", "").isGranted()).as(address).isFalse();
    }
    page("/astray/.well-known/openid-configuration", "no json");
    assertThat(fetch("/astray", "").isGranted()).isFalse();
  }

  @Test
  void redirects_huge_answers_and_strangers_are_refused() throws Exception {
    var fetch = Fetch.over(trust);
    assertThat(fetch.read(url("/moved")).isGranted()).isFalse();
    page("/huge", " ".repeat((256 << 10) + 1));
    assertThat(fetch.read(url("/huge")).isGranted()).isFalse();
    page("/large", " ".repeat(256 << 10));
    assertThat(fetch.read(url("/large")).isGranted()).isTrue();
    assertThat(fetch.read(url("/none")).isGranted()).isFalse();
    assertThat(fetch.read(URI.create("http://localhost/")).isGranted()).isFalse();
    assertThat(Fetch.over(SSLContext.getDefault()).read(url("/jwks")).isGranted()).isFalse();
    assertThat(fetch.read(shared.resolve("absent").toUri()).isGranted()).isFalse();
    assertThat(fetch.read(shared.toUri()).isGranted()).isFalse();
  }

  /** A provider whose answers the test decides. */
  private static final class Provider implements KeySource.Reading {
    String jwks = jwks(Map.of("one", FIRST));
    boolean up = true;
    int asked;

    @Override
    public Outcome<byte[]> document() {
      asked++;
      return up
          ? Outcome.granted(jwks.getBytes(StandardCharsets.UTF_8))
          : AdminCode.KEY.refuse("provider", "up", "down", "wait");
    }

    @Override
    public Outcome<KeySet> parse(byte[] bytes) {
      return KeySet.jwks(bytes);
    }
  }

  private static boolean knows(KeySource source, String kid, Instant now) {
    return source.holding(kid, now).filter(k -> !k.candidates(kid).isEmpty()).isPresent();
  }

  @Test
  void an_unknown_key_asks_again_at_most_once_a_minute() {
    var provider = new Provider();
    var source = new KeySource(provider);
    assertThat(knows(source, "one", Keys.NOW)).isTrue();
    for (int i = 0; i < 100; i++)
      assertThat(knows(source, "two", Keys.NOW.plusMillis(i))).isFalse();
    assertThat(provider.asked).isEqualTo(1);
    provider.jwks = jwks(Map.of("one", FIRST, "two", SECOND));
    assertThat(knows(source, "two", Keys.NOW.plusSeconds(59))).isFalse();
    assertThat(knows(source, "two", Keys.NOW.plusSeconds(60))).isTrue();
    for (int i = 0; i < 100; i++)
      assertThat(knows(source, "x", Keys.NOW.plusSeconds(61))).isFalse();
    assertThat(provider.asked).isEqualTo(2);
  }

  @Test
  void a_withdrawn_key_is_forgotten_in_ten_minutes_and_an_absent_provider_in_an_hour() {
    var provider = new Provider();
    var source = new KeySource(provider);
    assertThat(knows(source, "one", Keys.NOW)).isTrue();
    provider.jwks = jwks(Map.of("two", SECOND));
    assertThat(knows(source, "one", Keys.NOW.plusSeconds(599))).isTrue();
    assertThat(knows(source, "one", Keys.NOW.plusSeconds(600))).isFalse();
    provider.up = false;
    assertThat(knows(source, "two", Keys.NOW.plusSeconds(600 + 3599))).isTrue();
    assertThat(knows(source, "two", Keys.NOW.plusSeconds(600 + 3600))).isFalse();
  }

  @Test
  void the_same_document_keeps_the_same_set_so_that_tokens_stay_remembered() {
    var provider = new Provider();
    var source = new KeySource(provider);
    var before = source.current(Keys.NOW).orElseThrow();
    assertThat(source.current(Keys.NOW.plusSeconds(700)).orElseThrow()).isSameAs(before);
    assertThat(provider.asked).isEqualTo(2);
    provider.jwks = jwks(Map.of("one", FIRST, "two", SECOND));
    assertThat(source.current(Keys.NOW.plusSeconds(1400)).orElseThrow()).isNotSameAs(before);
  }

  @Test
  void keys_that_are_not_for_signatures_here_are_left_out() {
    String ec =
        new JWKSet(new ECKey.Builder(Curve.P_256, (ECPublicKey) FIRST.getPublic()).build())
            .toString();
    for (String member :
        List.of(
            "\"use\":\"enc\"",
            "\"use\":1",
            "\"key_ops\":[\"sign\"]",
            "\"alg\":\"ES384\"",
            "\"alg\":\"none\"",
            "\"alg\":\"HS256\""))
      assertThat(
              KeySet.jwks(
                      ec.replace("\"kty\"", member + ",\"kty\"").getBytes(StandardCharsets.UTF_8))
                  .isGranted())
          .as(member)
          .isFalse();
    for (String bad :
        List.of(
            "",
            "{}",
            "[]",
            "{\"keys\":{}}",
            "{\"keys\":[]}",
            "{\"keys\":[1]}",
            "{\"keys\":[{\"kty\":\"oct\",\"k\":\"AAAA\"}]}",
            "{\"keys\":[{\"kty\":\"OKP\",\"crv\":\"Ed25519\",\"x\":\"AA\"}]}",
            "{\"keys\":[{\"kty\":\"OKP\",\"crv\":\"X25519\",\"x\":\"" + "A".repeat(43) + "\"}]}",
            "{\"keys\":[{\"kty\":\"EC\",\"crv\":\"P-256\",\"x\":\"AA\",\"y\":\"AA\"}]}"))
      assertThat(KeySet.jwks(bad.getBytes(StandardCharsets.UTF_8)).isGranted()).as(bad).isFalse();
  }

  @Test
  void a_withdrawn_key_ends_the_tokens_that_were_remembered() {
    var provider = new Provider();
    var settings =
        AdminSettings.parse(
                dev.theca.wire.toml.Toml.parse(
                        "authorization_mode = \"AuthenticatedAuthorization\"\n"
                            + "[[authentication.bearer_jwt.identity_providers]]\n"
                            + "jwk_set_uri = \"https://idp.example/jwks\"")
                    .orThrow())
            .orThrow();
    var door = new JwtDoor(settings.providers().getFirst(), settings, uri -> provider.document());
    var doors = new JwtDoors(List.of(door));
    var endless =
        Keys.claims("auditor")
            .expirationTime(java.util.Date.from(Keys.NOW.plusSeconds(1 << 30)))
            .build();
    String token = Keys.token(FIRST, "ES256", "one", endless);
    assertThat(doors.judge(token, Keys.NOW).isGranted()).isTrue();
    assertThat(doors.judge(token, Keys.NOW.plusSeconds(700)).isGranted()).isTrue();
    provider.jwks = jwks(Map.of("two", SECOND));
    assertThat(doors.judge(token, Keys.NOW.plusSeconds(1400)).isGranted()).isFalse();
  }
}
