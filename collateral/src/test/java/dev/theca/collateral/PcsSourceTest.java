package dev.theca.collateral;

import static org.assertj.core.api.Assertions.assertThat;

import dev.theca.evidence.Channel;
import dev.theca.evidence.EvidenceType;
import dev.theca.evidence.IntelCollateral;
import dev.theca.evidence.PlatformModel;
import dev.theca.wire.Outcome;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.KeyStore;
import java.util.Collection;
import java.util.Map;
import java.util.concurrent.ConcurrentLinkedQueue;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PcsSourceTest {
  private static final PlatformModel PLATFORM =
      new PlatformModel(EvidenceType.SGX, "00606A000000", "platform");
  private final Map<String, byte[]> documents = new java.util.concurrent.ConcurrentHashMap<>();
  private ServerSocket server;

  @BeforeEach
  void serve() throws IOException {
    server = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
    Thread.ofVirtual().start(this::answerAll);
    documents.put("tcb?fmspc=00606A000000", bytes("tcb"));
    documents.put("qe/identity", bytes("qe"));
    documents.put("pckcrl?ca=platform&encoding=der", bytes("30ff\n"));
    documents.put("rootcacrl", bytes("00ff\n"));
  }

  /** A provisioning service in ten lines: one request a connection. */
  private void answerAll() {
    while (!server.isClosed()) {
      try (var peer = server.accept()) {
        var in =
            new BufferedReader(
                new InputStreamReader(peer.getInputStream(), StandardCharsets.US_ASCII));
        String path = in.readLine().split(" ")[1];
        while (!in.readLine().isEmpty()) {}
        byte[] body = documents.get(path.substring("/sgx/certification/v4/".length()));
        String head =
            (body == null ? "HTTP/1.1 404 Not Found" : "HTTP/1.1 200 OK")
                + "\r\nConnection: close\r\nTCB-Info-Issuer-Chain: a%0Ab"
                + "\r\nSGX-Enclave-Identity-Issuer-Chain: a%0Ab\r\nSGX-PCK-CRL-Issuer-Chain: a%0Ab"
                + "\r\nContent-Length: "
                + (body == null ? 0 : body.length)
                + "\r\n\r\n";
        peer.getOutputStream().write(bytes(head));
        if (body != null) peer.getOutputStream().write(body);
      } catch (IOException e) {
        continue; // the client gave up, or the test is over
      }
    }
  }

  @AfterEach
  void stop() throws IOException {
    server.close();
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.US_ASCII);
  }

  private Outcome<IntelCollateral> fetched() {
    return new PcsSource(URI.create("http://127.0.0.1:" + server.getLocalPort()))
        .intel(PLATFORM, Channel.STANDARD);
  }

  @Test
  void the_four_documents_come_with_their_chains() {
    var collateral = fetched().orThrow();
    assertThat(collateral.tcbInfo()).isEqualTo(bytes("tcb"));
    assertThat(collateral.rootCaCrl()).containsExactly(0, 0xff);
    assertThat(collateral.pckCrl()).containsExactly(0x30, 0xff);
  }

  @Test
  void a_document_that_is_missing_too_large_or_malformed_is_a_refusal() throws IOException {
    for (String name : documents.keySet().toArray(new String[0])) {
      byte[] kept = documents.remove(name);
      assertThat(fetched().isGranted()).as(name + " missing").isFalse();
      documents.put(name, new byte[(1 << 20) + 1]);
      assertThat(fetched().isGranted()).as(name + " too large").isFalse();
      documents.put(name, kept);
    }
    documents.put("rootcacrl", bytes("not hex"));
    assertThat(fetched().isGranted()).isFalse();
    server.close();
    assertThat(fetched().isGranted()).as("nobody answers").isFalse();
  }

  @Test
  void trap_06_a_service_whose_certificate_nobody_vouches_for_is_not_asked(@TempDir Path folder)
      throws Exception {
    server.close();
    Path store = folder.resolve("self-signed.p12");
    var keytool =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "keytool").toString(),
                "-genkeypair",
                "-alias",
                "a",
                "-keyalg",
                "EC",
                "-storetype",
                "PKCS12",
                "-storepass",
                "not-secret",
                "-dname",
                "CN=127.0.0.1",
                "-ext",
                "SAN=ip:127.0.0.1",
                "-keystore",
                store.toString())
            .redirectErrorStream(true)
            .start();
    assertThat(keytool.waitFor()).isZero();
    var keys = KeyStore.getInstance(store.toFile(), "not-secret".toCharArray());
    var factory = KeyManagerFactory.getInstance("PKIX");
    factory.init(keys, "not-secret".toCharArray());
    var tls = SSLContext.getInstance("TLSv1.3");
    tls.init(factory.getKeyManagers(), null, null);
    var seen = new ConcurrentLinkedQueue<String>();
    try (var secure =
        tls.getServerSocketFactory().createServerSocket(0, 50, InetAddress.getLoopbackAddress())) {
      Thread.ofVirtual().start(() -> listen(secure, seen));
      var refused =
          new PcsSource(URI.create("https://127.0.0.1:" + secure.getLocalPort()))
              .intel(PLATFORM, Channel.STANDARD);
      assertThat(refused.isGranted()).isFalse();
      assertThat(refused.toString()).contains("certification path");
      assertThat(seen).as("requests that were sent").isEmpty();
    }
  }

  private static void listen(ServerSocket secure, Collection<String> seen) {
    while (!secure.isClosed()) {
      try (var peer = secure.accept()) {
        var in =
            new BufferedReader(
                new InputStreamReader(peer.getInputStream(), StandardCharsets.US_ASCII));
        String line = in.readLine();
        if (line != null) seen.add(line);
      } catch (IOException e) {
        continue; // the handshake failed, as it must
      }
    }
  }
}
