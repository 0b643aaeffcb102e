package dev.theca.image.remote;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.theca.image.Document;
import dev.theca.image.ImageException;
import dev.theca.image.ImageRef;
import dev.theca.wire.Outcome;
import dev.theca.wire.der.Pem;
import dev.theca.wire.secret.Secret;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLServerSocket;
import javax.net.ssl.TrustManagerFactory;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** TLS to registries: own authorities, client certificates, and proxies in between. */
class RemoteTlsTest {
  private static final Document IMAGE = Samples.manifest(new byte[] {'{', '}'});
  private static final FakeRegistry.Script GOOD =
      (request, reply) -> reply.send(200, IMAGE.bytes());

  @TempDir static Path folder;
  static KeyStore server;
  static KeyStore client;

  @BeforeAll
  static void certificates() throws Exception {
    server = keys("server", "san=ip:127.0.0.1,dns:registry.example.test");
    client = keys("client", "eku=clientAuth");
  }

  private static KeyStore keys(String name, String extension) throws Exception {
    Path file = folder.resolve(name + ".p12");
    var process =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "keytool").toString(),
                "-genkeypair",
                "-alias",
                "key",
                "-keyalg",
                "EC",
                "-groupname",
                "secp256r1",
                "-dname",
                "CN=" + name,
                "-ext",
                extension,
                "-validity",
                "2",
                "-keystore",
                file.toString(),
                "-storepass",
                "changeit",
                "-storetype",
                "PKCS12")
            .redirectErrorStream(true)
            .start();
    String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(process.waitFor()).as(said).isZero();
    var store = KeyStore.getInstance("PKCS12");
    try (var in = Files.newInputStream(file)) {
      store.load(in, "changeit".toCharArray());
    }
    return store;
  }

  private static SSLContext context() throws Exception {
    var keys = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
    keys.init(server, "changeit".toCharArray());
    var anchors = KeyStore.getInstance("PKCS12");
    anchors.load(null, null);
    anchors.setCertificateEntry("client", client.getCertificate("key"));
    var trust = TrustManagerFactory.getInstance("PKIX");
    trust.init(anchors);
    var context = SSLContext.getInstance("TLS");
    context.init(keys.getKeyManagers(), trust.getTrustManagers(), null);
    return context;
  }

  private static String pem(KeyStore store) throws Exception {
    return Pem.write("CERTIFICATE", store.getCertificate("key").getEncoded());
  }

  private static Outcome<Document> pull(String host, RemoteSettings settings) {
    try (var registries = new Registries(settings)) {
      return registries.reader(ImageRef.parse(host + "/demo/app:1").orThrow()).orThrow().root();
    }
  }

  @Test
  void a_certificate_of_an_unknown_authority_is_refused_until_the_authority_is_given()
      throws Exception {
    try (var at = new FakeRegistry(GOOD, context())) {
      assertThat(pull(at.host(), FakeRegistry.quick()).toString())
          .contains("image-registry-tls", "give the authority's certificate");
      var trust = Trust.STANDARD.withAuthorities(pem(server));
      assertThat(pull(at.host(), FakeRegistry.quick().withTrust(trust)).isGranted()).isTrue();
      assertThat(
              pull(at.host(), FakeRegistry.quick().withTrust(Trust.STANDARD.withOnly(pem(client))))
                  .isGranted())
          .isFalse();
      // named as insecure, and found to speak TLS
      assertThat(pull(at.host(), at.settings()).isGranted()).isTrue();
    }
  }

  @Test
  void a_certificate_for_another_name_is_refused() throws Exception {
    try (var at = new FakeRegistry(GOOD, context())) {
      var settings = FakeRegistry.quick().withTrust(Trust.STANDARD.withAuthorities(pem(server)));
      assertThat(pull("localhost:" + at.port(), settings).toString())
          .contains("image-registry-tls");
    }
  }

  @Test
  void a_client_certificate_is_shown_to_its_host() throws Exception {
    var socket =
        (SSLServerSocket)
            context()
                .getServerSocketFactory()
                .createServerSocket(0, 50, InetAddress.getLoopbackAddress());
    socket.setNeedClientAuth(true);
    try (var at = new FakeRegistry(GOOD, socket)) {
      var trust = Trust.STANDARD.withAuthorities(pem(server));
      byte[] key =
          Pem.write("PRIVATE KEY", client.getKey("key", "changeit".toCharArray()).getEncoded())
              .getBytes(StandardCharsets.US_ASCII);
      var own = new Trust.ClientCertificate(pem(client), Secret.moveFrom(key));
      assertThat(
              pull(at.host(), FakeRegistry.quick().withTrust(trust.withClient(at.host(), own)))
                  .isGranted())
          .isTrue();
      assertThatThrownBy(
              () -> pull(at.host(), FakeRegistry.quick().withTrust(trust.withClient("else", own))))
          .isInstanceOf(ImageException.class);
    }
  }

  @Test
  void folders_of_certificates_count_for_their_host(@TempDir Path places) throws Exception {
    var socket =
        (SSLServerSocket)
            context()
                .getServerSocketFactory()
                .createServerSocket(0, 50, InetAddress.getLoopbackAddress());
    socket.setNeedClientAuth(true);
    try (var at = new FakeRegistry(GOOD, socket)) {
      Path folder = Files.createDirectories(places.resolve("second").resolve(at.host()));
      Files.createDirectories(places.resolve("first/elsewhere:1"));
      Files.writeString(folder.resolve("own.crt"), pem(server));
      Files.writeString(folder.resolve("me.cert"), pem(client));
      Files.writeString(
          folder.resolve("me.key"),
          Pem.write("PRIVATE KEY", client.getKey("key", "changeit".toCharArray()).getEncoded()));
      var hosts =
          new CertFolders(
              List.of(places.resolve("none"), places.resolve("first"), places.resolve("second")));
      var settings = FakeRegistry.quick().withTrust(Trust.STANDARD.withHosts(hosts));
      assertThat(pull(at.host(), settings).isGranted()).isTrue();

      Files.delete(folder.resolve("me.key"));
      assertThatThrownBy(() -> pull(at.host(), settings))
          .isInstanceOf(ImageException.class)
          .hasMessageContainingAll("certificates of registry " + at.host(), "me.cert");

      // Another place that knows the host comes first, and knows no authority.
      Files.createDirectories(places.resolve("first").resolve(at.host()));
      assertThat(pull(at.host(), settings).toString()).contains("image-registry-tls");
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"..", "", ".", "a/b", "a\\b", "host name", "-x"})
  void a_host_that_is_no_name_has_no_folder(String host, @TempDir Path places) throws Exception {
    Files.writeString(places.resolve("x.crt"), "authority");
    assertThat(new CertFolders(List.of(places.resolve("sub"), places)).of(host))
        .isEqualTo(Trust.Host.NONE);
  }

  @Test
  void tls_never_leads_to_plain_text() throws Exception {
    try (var plain = new FakeRegistry(GOOD);
        var at =
            new FakeRegistry(
                (request, reply) -> reply.send(302, "", "Location: http://" + plain.host() + "/x"),
                context())) {
      var settings =
          FakeRegistry.quick()
              .withTrust(Trust.STANDARD.withAuthorities(pem(server)))
              .withInsecure(Set.of(plain.host()));
      assertThat(pull(at.host(), settings).toString()).contains("image-registry-tls", "redirect");
      assertThat(plain.asked()).isEmpty();
    }
  }

  /** A proxy that knows one address for every name, and one login. */
  private static final class FakeProxy implements AutoCloseable {
    final List<String> heads = Collections.synchronizedList(new ArrayList<>());
    private final ServerSocket socket = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
    private final int target;

    FakeProxy(int target) throws IOException {
      this.target = target;
      Thread.startVirtualThread(this::accept);
    }

    int port() {
      return socket.getLocalPort();
    }

    private void accept() {
      try {
        while (true) {
          Socket one = socket.accept();
          Thread.startVirtualThread(() -> serve(one));
        }
      } catch (IOException e) {
        return; // closed
      }
    }

    private void serve(Socket from) {
      try (from;
          var to = new Socket(InetAddress.getLoopbackAddress(), target)) {
        var head = new StringBuilder();
        while (head.indexOf("\r\n\r\n") < 0) {
          int c = from.getInputStream().read();
          if (c < 0) return;
          head.append((char) c);
        }
        heads.add(head.toString());
        var out = from.getOutputStream();
        if (!head.toString().contains("Proxy-Authorization: Basic dXNlcjp3b3Jk")) {
          out.write(
              "HTTP/1.1 407 No\r\nContent-Length: 0\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
          return;
        }
        out.write("HTTP/1.1 200 Yes\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
        var up =
            Thread.startVirtualThread(
                () -> {
                  try {
                    from.getInputStream().transferTo(to.getOutputStream());
                  } catch (IOException e) {
                    return; // one side has gone
                  }
                });
        to.getInputStream().transferTo(out);
        up.interrupt();
      } catch (IOException e) {
        return; // one side has gone
      }
    }

    @Override
    public void close() throws IOException {
      socket.close();
    }
  }

  @Test
  void tls_goes_through_a_proxy_that_sees_the_name_and_its_own_login_only() throws Exception {
    try (var at = new FakeRegistry(GOOD, context());
        var proxy = new FakeProxy(at.port())) {
      String address = "127.0.0.1:" + proxy.port();
      var trusting = FakeRegistry.quick().withTrust(Trust.STANDARD.withAuthorities(pem(server)));
      var proxies =
          Proxies.fromEnvironment(Map.of("https_proxy", "http://user:word@" + address)).orThrow();
      assertThat(pull("registry.example.test", trusting.withProxies(proxies)).isGranted()).isTrue();
      assertThat(proxy.heads.getFirst()).startsWith("CONNECT registry.example.test:443 ");
      assertThat(at.requests.getFirst().field("proxy-authorization")).isEmpty();
      var nobody =
          Proxies.through(
              new Proxies.Server("127.0.0.1", proxy.port(), Optional.empty()), List.of());
      assertThat(pull("registry.example.test", trusting.withProxies(nobody)).toString())
          .contains("image-proxy");
    }
  }
}
