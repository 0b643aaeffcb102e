package dev.theca.broker.plugin;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.theca.broker.audit.KeptTrail;
import dev.theca.broker.http.Answer;
import dev.theca.broker.spi.Plugin;
import dev.theca.broker.store.SqliteDatabase;
import dev.theca.evidence.Cmw;
import dev.theca.wire.Digest;
import dev.theca.wire.der.DerReader;
import dev.theca.wire.der.Pem;
import dev.theca.wire.json.Json;
import dev.theca.wire.json.JsonObject;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyPair;
import java.security.cert.CertPathValidator;
import java.security.cert.CertStore;
import java.security.cert.CertificateFactory;
import java.security.cert.CollectionCertStoreParameters;
import java.security.cert.PKIXParameters;
import java.security.cert.TrustAnchor;
import java.security.cert.X509CRL;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Date;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The authority, judged by the JDK's own path validation. */
class AuthorityPluginTest {
  private static final JsonObject WEB = Fakes.claims("{\"repo\":\"shop\",\"name\":\"web\"}");

  @TempDir Path folder;
  private SqliteDatabase database;
  private final KeptTrail trail = new KeptTrail();
  private final AtomicReference<Instant> now = new AtomicReference<>(Fakes.NOW);
  private Plugin plugin;

  @BeforeEach
  void open() {
    database = SqliteDatabase.open(folder.resolve("broker.db"));
    plugin = plugin("");
  }

  @AfterEach
  void close() {
    database.close();
  }

  private Plugin plugin(String more) {
    String toml =
        "[[plugins]]\nname = \"x509-ca\"\ntrust_domain = \"example.org\"\n"
            + "dns_names = [\"web.example.org\", \"*.shop.example.org\"]\n"
            + more;
    var parts = Fakes.parts(database, trail, now::get);
    return Plugins.of(Fakes.tables(toml), parts).orThrow().values().iterator().next();
  }

  private static List<X509Certificate> chain(Answer answer) throws Exception {
    assertThat(answer.status()).as(Fakes.text(answer.body())).isEqualTo(200);
    var list = new ArrayList<X509Certificate>();
    for (var c :
        CertificateFactory.getInstance("X.509")
            .generateCertificates(new ByteArrayInputStream(answer.body())))
      list.add((X509Certificate) c);
    return list;
  }

  private Answer ask(KeyPair key, String... names) {
    return plugin.handle(Fakes.attested("POST", "certificate", Requests.of(key, names), WEB));
  }

  private X509CRL crl() throws Exception {
    var answer = plugin.handle(Fakes.attested("GET", "crl", new byte[0], WEB));
    return (X509CRL)
        CertificateFactory.getInstance("X.509")
            .generateCRL(new ByteArrayInputStream(answer.body()));
  }

  /** RFC 5280, section 6, with revocation by the authority's list. */
  private void validate(X509Certificate leaf, Instant at) throws Exception {
    var root = chain(plugin.handle(Fakes.attested("GET", "chain", new byte[0], WEB))).getLast();
    var parameters = new PKIXParameters(Set.of(new TrustAnchor(root, null)));
    parameters.setDate(Date.from(at));
    parameters.addCertStore(
        CertStore.getInstance("Collection", new CollectionCertStoreParameters(List.of(crl()))));
    var path = CertificateFactory.getInstance("X.509").generateCertPath(List.of(leaf));
    assertThat(CertPathValidator.getInstance("PKIX").validate(path, parameters)).isNotNull();
  }

  @Test
  void an_attested_workload_gets_a_certificate_of_its_name() throws Exception {
    var key = Requests.ec();
    var chain = chain(ask(key, "web.example.org"));
    assertThat(chain).hasSize(2);
    var leaf = chain.getFirst();
    validate(leaf, Fakes.NOW);
    assertThat(leaf.getPublicKey()).isEqualTo(key.getPublic());
    assertThat(leaf.getSubjectX500Principal().getName()).isEqualTo("CN=web");
    assertThat(leaf.getSubjectAlternativeNames())
        .extracting(Object::toString)
        .containsExactly("[6, spiffe://example.org/shop/web]", "[2, web.example.org]");
    assertThat(leaf.getBasicConstraints()).isEqualTo(-1);
    assertThat(leaf.getKeyUsage()[0]).isTrue();
    assertThat(leaf.getKeyUsage()[5]).isFalse();
    assertThat(leaf.getExtendedKeyUsage())
        .containsExactly("1.3.6.1.5.5.7.3.1", "1.3.6.1.5.5.7.3.2");
    assertThat(leaf.getNotAfter().toInstant()).isEqualTo(Fakes.NOW.plus(Duration.ofHours(1)));
    assertThat(leaf.getSerialNumber().bitLength()).isEqualTo(127);
    assertThat(trail.lines()).containsExactly("certificate granted attested:x");
    assertThatThrownBy(() -> validate(leaf, Fakes.NOW.plus(Duration.ofHours(2))))
        .hasMessageContaining("validity");
  }

  @Test
  void the_certificate_says_what_the_attestation_said() throws Exception {
    var leaf = chain(ask(Requests.ec())).getFirst();
    byte[] value = new DerReader(leaf.getExtensionValue("1.3.6.1.5.5.7.1.35")).content(0x04);
    var record = Cmw.parse(new DerReader(value).content(0x0C)).orThrow().getFirst();
    assertThat(record.type()).isEqualTo("application/eat-ucs+json");
    var summary = Json.object(record.value()).orThrow();
    assertThat(summary.string("theca.claims-digest"))
        .contains(Digest.sha256(Json.canonical(WEB)).hex());
    var cpu = summary.object("submods").flatMap(s -> s.object("cpu0")).orElseThrow();
    assertThat(cpu.string("ear.status")).contains("affirming");
    assertThat(cpu.get("ear.veraison.annotated-evidence")).isEmpty();
  }

  @Test
  void a_revoked_certificate_is_on_the_list_until_it_has_expired() throws Exception {
    var leaf = chain(ask(Requests.ec())).getFirst();
    var other = chain(ask(Requests.ec())).getFirst();
    String serial = leaf.getSerialNumber().toString(16);
    var call = Fakes.admin("POST", "revoke", Fakes.bytes("{\"serial\":\"" + serial + "\"}"));
    assertThat(plugin.needsAdmin(call)).isTrue();
    assertThat(plugin.handle(call).status()).isEqualTo(200);
    var after = Fakes.NOW.plusSeconds(1);
    assertThatThrownBy(() -> validate(leaf, after)).hasMessageContaining("revoked");
    validate(other, after);
    var before = crl();
    assertThat(plugin.handle(call).status()).as("again").isEqualTo(200);
    now.set(Fakes.NOW.plus(Duration.ofMinutes(61)));
    assertThat(crl().getRevokedCertificates()).isNull();
    assertThat(crl().getThisUpdate()).isAfter(before.getThisUpdate());
    assertThat(trail.lines()).contains("certificate granted admin:a");
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "[]", "{\"serial\":1}", "{\"serial\":\"xyz\"}", "{\"serial\":\"\"}"})
  void a_malformed_revocation_is_refused(String body) {
    var answer = plugin.handle(Fakes.admin("POST", "revoke", Fakes.bytes(body)));
    assertThat(answer.status()).isEqualTo(400);
  }

  @Test
  void an_unknown_serial_is_not_revoked() {
    var call = Fakes.admin("POST", "revoke", Fakes.bytes("{\"serial\":\"abc\"}"));
    assertThat(plugin.handle(call).status()).isEqualTo(404);
    assertThat(trail.lines()).containsExactly("certificate missing admin:a");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "evil.org",
        "example.org",
        "web.example.org.evil.org",
        "shop.example.org",
        "a.b.shop.example.org",
        "*.shop.example.org",
        "-a.shop.example.org",
        "spiffe://example.org/shop/db",
        "https://example.org/",
      })
  void a_name_that_is_not_the_workloads_is_refused(String name) {
    assertThat(ask(Requests.ec(), name).status()).isEqualTo(403);
    assertThat(trail.lines()).containsExactly("certificate refused attested:x");
  }

  @Test
  void names_of_the_list_and_its_own_uri_may_be_asked_for() throws Exception {
    var leaf =
        chain(ask(Requests.ec(), "A.shop.example.org", "spiffe://example.org/shop/web")).getFirst();
    assertThat(leaf.getSubjectAlternativeNames()).hasSize(2);
  }

  @Test
  void a_workload_without_the_claims_gets_none() {
    byte[] request = Requests.of(Requests.ec());
    var claims = Fakes.claims("{\"repo\":\"shop\"}");
    var answer = plugin.handle(Fakes.attested("POST", "certificate", request, claims));
    assertThat(answer.status()).isEqualTo(403);
    assertThat(Fakes.text(answer.body())).contains("claim-missing", "init:name");
    var nobody = plugin.handle(Fakes.admin("POST", "certificate", request));
    assertThat(nobody.status()).isEqualTo(401);
  }

  @Test
  void a_bad_request_is_400_and_an_unknown_path_404() {
    var bad = Fakes.attested("POST", "certificate", new byte[] {0x30, 0}, WEB);
    assertThat(plugin.handle(bad).status()).isEqualTo(400);
    var unknown = Fakes.attested("GET", "certificate", new byte[0], WEB);
    assertThat(plugin.handle(unknown).status()).isEqualTo(404);
  }

  @Test
  void replicas_have_one_key_and_it_is_not_in_the_database() throws Exception {
    var leaf = chain(ask(Requests.ec())).getFirst();
    plugin = plugin("");
    validate(leaf, Fakes.NOW);
    var rows =
        database.read(sql -> sql.list("SELECT sealed FROM plugin_authority", row -> row.bytes(1)));
    assertThat(rows).hasSize(1);
  }

  @Test
  void an_authority_of_files_issues_with_its_chain() throws Exception {
    var root = Requests.key("RSA", 2048);
    var signing = Signing.of(root.getPrivate(), root.getPublic());
    byte[] name = X509Writer.name("Root");
    var middle = Requests.ec();
    var until =
        new X509Writer.Validity(Fakes.NOW.minusSeconds(60), Fakes.NOW.plus(Duration.ofMinutes(20)));
    byte[] rootDer = authority(signing, name, name, root, until, 2);
    byte[] middleDer = authority(signing, name, X509Writer.name("Middle"), middle, until, 3);
    Path certificates =
        Files.writeString(
            folder.resolve("ca.pem"),
            Pem.write("CERTIFICATE", middleDer) + Pem.write("CERTIFICATE", rootDer));
    Path key =
        Files.writeString(
            folder.resolve("ca.key"), Pem.write("PRIVATE KEY", middle.getPrivate().getEncoded()));
    plugin = plugin("certificates = \"" + certificates + "\"\nprivate_key = \"" + key + "\"\n");
    var chain = chain(ask(Requests.ec()));
    assertThat(chain).hasSize(3);
    chain.get(0).verify(chain.get(1).getPublicKey());
    chain.get(1).verify(chain.get(2).getPublicKey());
    assertThat(chain.getFirst().getNotAfter()).isEqualTo(chain.get(1).getNotAfter());
    crl().verify(middle.getPublic());
    now.set(Fakes.NOW.plus(Duration.ofMinutes(20)));
    assertThatThrownBy(() -> ask(Requests.ec())).hasMessageContaining("expired");

    Files.writeString(key, Pem.write("PRIVATE KEY", Requests.ec().getPrivate().getEncoded()));
    assertThatThrownBy(
            () ->
                plugin("certificates = \"" + certificates + "\"\nprivate_key = \"" + key + "\"\n"))
        .hasMessageContaining("private key is not that of");
    Files.writeString(certificates, Pem.write("CERTIFICATE", chain.getFirst().getEncoded()));
    assertThatThrownBy(
            () ->
                plugin("certificates = \"" + certificates + "\"\nprivate_key = \"" + key + "\"\n"))
        .hasMessageContaining("no authority's");
  }

  private static byte[] authority(
      Signing signing,
      byte[] issuer,
      byte[] name,
      KeyPair key,
      X509Writer.Validity validity,
      long serial) {
    byte[] spki = key.getPublic().getEncoded();
    var subject = new X509Writer.Subject(name, spki);
    return X509Writer.certificate(
        signing,
        issuer,
        subject,
        java.math.BigInteger.valueOf(serial),
        validity,
        X509Writer.authority(spki));
  }

  @Test
  void old_certificates_are_forgotten_and_valid_ones_never() {
    for (int i = 0; i < 3; i++) assertThat(ask(Requests.ec()).status()).isEqualTo(200);
    now.set(Fakes.NOW.plus(Duration.ofDays(89)));
    assertThat(ask(Requests.ec()).status()).isEqualTo(200);
    assertThat(count()).isEqualTo(4);
    now.set(Fakes.NOW.plus(Duration.ofDays(91)));
    assertThat(ask(Requests.ec()).status()).isEqualTo(200);
    assertThat(count()).isEqualTo(2);
  }

  private long count() {
    return database
        .read(sql -> sql.one("SELECT COUNT(*) FROM plugin_certificate", row -> row.number(1)))
        .orElseThrow();
  }

  /** A request by another's hand. */
  @Test
  void the_jdks_tool_makes_requests_that_are_read() throws Exception {
    String tool = System.getProperty("java.home") + "/bin/keytool";
    String store = folder.resolve("store.p12").toString();
    run(
        List.of(
            tool,
            "-genkeypair",
            "-alias",
            "a",
            "-keyalg",
            "EC",
            "-groupname",
            "secp384r1",
            "-dname",
            "CN=whoever",
            "-keystore",
            store,
            "-storepass",
            "changeit"));
    String csr = folder.resolve("a.csr").toString();
    run(
        List.of(
            tool,
            "-certreq",
            "-alias",
            "a",
            "-keystore",
            store,
            "-storepass",
            "changeit",
            "-ext",
            "san=dns:web.example.org",
            "-file",
            csr));
    String pem = Files.readString(Path.of(csr));
    assertThat(pem).contains("NEW CERTIFICATE REQUEST");
    var answer = plugin.handle(Fakes.attested("POST", "certificate", Fakes.bytes(pem), WEB));
    assertThat(chain(answer).getFirst().getSubjectAlternativeNames()).hasSize(2);
  }

  private static void run(List<String> command) throws IOException, InterruptedException {
    var process = new ProcessBuilder(command).redirectErrorStream(true).start();
    String out =
        new String(
            process.getInputStream().readAllBytes(), java.nio.charset.StandardCharsets.UTF_8);
    assertThat(process.waitFor(30, TimeUnit.SECONDS)).isTrue();
    assertThat(process.exitValue()).as(out).isZero();
  }
}
