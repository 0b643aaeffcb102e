package dev.theca.simulator;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.Map;
import java.util.concurrent.Executors;

/**
 * Serves the platform's collateral on loopback under the paths of the provisioning service (PCS
 * v4).
 */
final class CollateralService implements AutoCloseable {
  private static final String BASE = "/sgx/certification/v4/";

  private final HttpServer server;
  private final Platform platform;

  private CollateralService(HttpServer server, Platform platform) {
    this.server = server;
    this.platform = platform;
  }

  static CollateralService start(Platform platform, String listen) throws IOException {
    int port = Integer.parseInt(listen.substring(listen.lastIndexOf(':') + 1));
    var server =
        HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 0);
    var service = new CollateralService(server, platform);
    server.createContext(BASE, service::answer);
    server.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
    server.start();
    return service;
  }

  String url() {
    return "http://127.0.0.1:" + server.getAddress().getPort();
  }

  private void answer(HttpExchange exchange) throws IOException {
    try (exchange) {
      String what = exchange.getRequestURI().getPath().substring(BASE.length());
      var query = query(exchange.getRequestURI().getRawQuery());
      var documents = platform.documents();
      String fmspc = HexFormat.of().withUpperCase().formatHex(platform.world().fmspc());
      switch (what) {
        case "tcb" -> {
          if (!fmspc.equalsIgnoreCase(query.getOrDefault("fmspc", "")))
            send(exchange, 404, new byte[0]);
          else
            send(exchange, 200, documents.tcbInfo(), "TCB-Info-Issuer-Chain", documents.tcbChain());
        }
        case "qe/identity" ->
            send(
                exchange,
                200,
                documents.qeIdentity(),
                "SGX-Enclave-Identity-Issuer-Chain",
                documents.qeChain());
        case "pckcrl" -> {
          if (!query.getOrDefault("ca", "").equals("processor")) send(exchange, 404, new byte[0]);
          else
            send(
                exchange,
                200,
                documents.pckCrl(),
                "SGX-PCK-CRL-Issuer-Chain",
                documents.pckCrlChain());
        }
        case "rootcacrl" ->
            send(
                exchange,
                200,
                HexFormat.of().formatHex(documents.rootCrl()).getBytes(StandardCharsets.US_ASCII));
        default -> send(exchange, 404, new byte[0]);
      }
    }
  }

  private static void send(HttpExchange exchange, int status, byte[] body, String... headers)
      throws IOException {
    for (int i = 0; i < headers.length; i += 2) {
      exchange
          .getResponseHeaders()
          .add(
              headers[i],
              URLEncoder.encode(headers[i + 1], StandardCharsets.UTF_8).replace("+", "%20"));
    }
    exchange.sendResponseHeaders(status, body.length == 0 ? -1 : body.length);
    if (body.length > 0) exchange.getResponseBody().write(body);
  }

  private static Map<String, String> query(@org.jspecify.annotations.Nullable String raw) {
    var all = new HashMap<String, String>();
    if (raw == null) return all;
    for (String part : raw.split("&")) {
      int equals = part.indexOf('=');
      if (equals > 0) all.put(part.substring(0, equals), part.substring(equals + 1));
    }
    return all;
  }

  @Override
  public void close() {
    server.stop(0);
  }
}
