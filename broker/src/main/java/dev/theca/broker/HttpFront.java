package dev.theca.broker;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.theca.wire.kbs.Kbs;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.Optional;
import java.util.concurrent.Executors;
import java.util.regex.Pattern;

/**
 * The HTTP side, and the only class that knows which server carries it: sizes, cookies, methods,
 * one answer a request.
 */
final class HttpFront implements AutoCloseable {
  private static final int MAX_BODY = 2 << 20;
  private static final Pattern COOKIE =
      Pattern.compile("(?:^|; *)" + Kbs.COOKIE + "=([0-9a-f]{32})(?:;|$)");

  private final HttpServer server;
  private final KbsApi api;

  private HttpFront(HttpServer server, KbsApi api) {
    this.server = server;
    this.api = api;
  }

  static HttpFront start(String listen, KbsApi api) throws IOException {
    int colon = listen.lastIndexOf(':');
    var address = InetAddress.getByName(listen.substring(0, colon));
    var server =
        HttpServer.create(
            new InetSocketAddress(address, Integer.parseInt(listen.substring(colon + 1))), 0);
    var front = new HttpFront(server, api);
    server.createContext("/", front::answer);
    server.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
    server.start();
    return front;
  }

  String url() {
    return "http://"
        + server.getAddress().getAddress().getHostAddress()
        + ":"
        + server.getAddress().getPort();
  }

  private void answer(HttpExchange exchange) throws IOException {
    try (exchange) {
      byte[] body = exchange.getRequestBody().readNBytes(MAX_BODY + 1);
      Reply reply;
      if (body.length > MAX_BODY) {
        reply =
            Reply.error(413, "HTTPFailed", "a body of at most " + MAX_BODY + " bytes is accepted");
      } else {
        reply = guarded(exchange, body);
      }
      var headers = exchange.getResponseHeaders();
      headers.add("Content-Type", "application/json");
      if (!reply.cookie().isEmpty()) {
        headers.add(
            "Set-Cookie",
            Kbs.COOKIE
                + "="
                + reply.cookie()
                + "; Path="
                + Kbs.PREFIX
                + "; HttpOnly; SameSite=Strict; Max-Age="
                + Sessions.LIFE.toSeconds());
      }
      if (reply.status() == 401) headers.add("WWW-Authenticate", "Bearer");
      exchange.sendResponseHeaders(
          reply.status(), reply.body().length == 0 ? -1 : reply.body().length);
      if (reply.body().length > 0) exchange.getResponseBody().write(reply.body());
    }
  }

  private Reply guarded(HttpExchange exchange, byte[] body) {
    try {
      String path = exchange.getRequestURI().getPath().replaceAll("/{2,}", "/");
      var headers = exchange.getRequestHeaders();
      var cookie =
          Optional.ofNullable(headers.getFirst("Cookie"))
              .map(COOKIE::matcher)
              .filter(java.util.regex.Matcher::find)
              .map(m -> m.group(1));
      var bearer =
          Optional.ofNullable(headers.getFirst("Authorization"))
              .filter(h -> h.startsWith("Bearer "))
              .map(h -> h.substring(7).trim());
      return api.handle(
          exchange.getRequestMethod(), path, body, cookie.orElse(""), bearer.orElse(""));
    } catch (RuntimeException e) {
      System.err.println("stage=http outcome=fault reason=\"" + e + "\"");
      e.printStackTrace();
      return Reply.error(500, "PluginInternalError", "a fault in the broker; see its log");
    }
  }

  @Override
  public void close() {
    server.stop(0);
  }
}
