package dev.theca.bench.broker;

import com.sun.net.httpserver.HttpServer;
import dev.theca.forge.SgxPlatform;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.HexFormat;
import java.util.Map;

/** The provisioning service of a simulated platform (Intel's API, version 4). */
final class Endorser implements AutoCloseable {
  private final HttpServer server;

  Endorser(SgxPlatform platform) throws IOException {
    var documents = platform.documents(Instant.now(), SgxPlatform.Knobs.good());
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    serve("tcb", documents.tcbInfo(), Map.of("TCB-Info-Issuer-Chain", documents.tcbChain()));
    serve(
        "qe/identity",
        documents.qeIdentity(),
        Map.of("SGX-Enclave-Identity-Issuer-Chain", documents.qeChain()));
    serve(
        "pckcrl", documents.pckCrl(), Map.of("SGX-PCK-CRL-Issuer-Chain", documents.pckCrlChain()));
    String rootList = HexFormat.of().formatHex(documents.rootCrl());
    serve("rootcacrl", rootList.getBytes(StandardCharsets.US_ASCII), Map.of());
    server.start();
  }

  private void serve(String what, byte[] body, Map<String, String> headers) {
    server.createContext(
        "/sgx/certification/v4/" + what,
        exchange -> {
          try (exchange) {
            headers.forEach(
                (name, value) -> exchange.getResponseHeaders().add(name, percentEncoded(value)));
            exchange.sendResponseHeaders(200, body.length);
            exchange.getResponseBody().write(body);
          }
        });
  }

  private static String percentEncoded(String text) {
    return URLEncoder.encode(text, StandardCharsets.UTF_8).replace("+", "%20");
  }

  String url() {
    return "http://127.0.0.1:" + server.getAddress().getPort();
  }

  @Override
  public void close() {
    server.stop(0);
  }
}
