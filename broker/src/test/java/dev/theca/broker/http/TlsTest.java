package dev.theca.broker.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.cert.X509Certificate;
import java.time.Duration;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLHandshakeException;
import javax.net.ssl.SSLSocket;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TlsTest {
  @TempDir Path folder;
  private final Pki pki = new Pki("Test Authority");
  private Path certificate;
  private Path key;

  @BeforeEach
  void files() throws IOException {
    certificate = folder.resolve("server.pem");
    key = folder.resolve("server.key");
    pki.leaf("first").write(certificate, key);
  }

  private TlsSettings settings() {
    return TlsSettings.of(certificate, key).withCheck(Duration.ofMillis(100));
  }

  private Front front(TlsSettings settings) {
    return FrontTest.start(
        FrontConfig.plain("tls", "127.0.0.1:0").withTls(settings),
        r ->
            Answer.text(
                "subject="
                    + r.header("x-theca-client-subject").orElse("-")
                    + " "
                    + r.body().length));
  }

  private static HttpResponse<String> ask(Front front, SSLContext context) throws Exception {
    try (var client = HttpClient.newBuilder().sslContext(context).build()) {
      return client.send(
          HttpRequest.newBuilder(URI.create(front.url() + "/a"))
              .header("x-theca-client-subject", "CN=forged")
              .POST(HttpRequest.BodyPublishers.ofByteArray(new byte[300_000]))
              .build(),
          HttpResponse.BodyHandlers.ofString());
    }
  }

  private String subjectShown(Front front) throws Exception {
    try (var socket = (SSLSocket) pki.client().getSocketFactory().createSocket()) {
      socket.connect(front.addresses().getFirst());
      socket.startHandshake();
      return ((X509Certificate) socket.getSession().getPeerCertificates()[0])
          .getSubjectX500Principal()
          .getName();
    }
  }

  @Test
  void java_clients_speak_http2_over_tls() throws Exception {
    try (var front = front(settings())) {
      var answer = ask(front, pki.client());
      assertThat(answer.version()).isEqualTo(HttpClient.Version.HTTP_2);
      assertThat(answer.body()).isEqualTo("subject=- 300000");
    }
  }

  @Test
  void new_files_are_served_without_a_restart_and_broken_ones_are_not() throws Exception {
    try (var front = front(settings())) {
      assertThat(subjectShown(front)).isEqualTo("CN=first");
      pki.leaf("second").write(certificate, key);
      long begun = System.nanoTime();
      while (!subjectShown(front).equals("CN=second")) {
        assertThat(System.nanoTime() - begun).isLessThan(60_000_000_000L);
        SlowClientTest.pause(50);
      }
      Files.writeString(
          certificate, "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n");
      SlowClientTest.pause(400);
      assertThat(subjectShown(front)).isEqualTo("CN=second");
      assertThat(front.reloadTls()).isFalse();
      pki.leaf("third").write(certificate, folder.resolve("other.key"));
      assertThat(front.reloadTls()).as("a key of another certificate").isFalse();
      assertThat(subjectShown(front)).isEqualTo("CN=second");
      pki.leaf("fourth").write(certificate, key);
      assertThat(front.reloadTls()).isTrue();
      assertThat(subjectShown(front)).isEqualTo("CN=fourth");
    }
  }

  @Test
  void without_a_believed_certificate_there_is_no_connection_where_one_is_required()
      throws Exception {
    var clients = new Pki("Clients");
    var authority = folder.resolve("clients.pem");
    Files.writeString(
        authority, dev.theca.wire.der.Pem.write("CERTIFICATE", clients.certificate()));
    var required = settings().withClients(TlsSettings.Clients.MUST_SHOW_CERTIFICATE, authority);
    try (var front = front(required)) {
      assertThat(ask(front, pki.client(clients.leaf("node-7"))).body())
          .isEqualTo("subject=CN=node-7 300000");
      assertThatThrownBy(() -> ask(front, pki.client())).isInstanceOf(IOException.class);
      assertThatThrownBy(() -> ask(front, pki.client(new Pki("Clients").leaf("node-7"))))
          .as("an authority of the same name")
          .isInstanceOf(IOException.class);
    }
    var optional = settings().withClients(TlsSettings.Clients.MAY_SHOW_CERTIFICATE, authority);
    try (var front = front(optional)) {
      assertThat(ask(front, pki.client()).body()).startsWith("subject=- ");
      assertThat(ask(front, pki.client(clients.leaf("node-8"))).body())
          .startsWith("subject=CN=node-8 ");
    }
  }

  @Test
  void the_modern_profile_speaks_1_3_only_and_none_speaks_1_1() throws Exception {
    try (var modern = front(settings().withProfile(TlsProfile.MODERN));
        var old = front(settings().withProfile(TlsProfile.OLD))) {
      assertThat(speaks(modern, "TLSv1.3")).isTrue();
      assertThat(speaks(modern, "TLSv1.2")).isFalse();
      assertThat(speaks(old, "TLSv1.2")).isTrue();
      assertThat(old.addresses()).isNotEmpty();
    }
  }

  private boolean speaks(Front front, String version) throws IOException {
    try (var socket = (SSLSocket) pki.client().getSocketFactory().createSocket()) {
      socket.connect(front.addresses().getFirst());
      socket.setEnabledProtocols(new String[] {version});
      socket.startHandshake();
      return true;
    } catch (SSLHandshakeException e) {
      return false;
    }
  }

  @Test
  void a_handshake_that_does_not_go_on_is_cut() throws Exception {
    var deadlines =
        new Deadlines(
            Duration.ofMillis(400),
            Duration.ofSeconds(9),
            Duration.ofSeconds(9),
            Duration.ofSeconds(9),
            Duration.ofSeconds(9),
            Duration.ofSeconds(1));
    var config =
        FrontConfig.plain("tls", "127.0.0.1:0").withTls(settings()).withDeadlines(deadlines);
    try (var front = FrontTest.start(config, r -> Answer.empty());
        var raw = new Raw(front)) {
      raw.socket.getOutputStream().write(new byte[] {22, 3, 1, 2, 0, 1});
      assertThat(raw.socket.getInputStream().read()).isEqualTo(-1);
    }
  }

  @Test
  void files_that_are_no_pair_do_not_start() throws Exception {
    pki.leaf("x").write(certificate, folder.resolve("other.key"));
    var refused =
        Front.start(
            FrontConfig.plain("tls", "127.0.0.1:0").withTls(settings()),
            FrontParts.of(r -> Answer.empty()));
    assertThat(refused.isGranted()).isFalse();
    assertThat(refused.toString()).contains("is not the certificate's");
  }
}
