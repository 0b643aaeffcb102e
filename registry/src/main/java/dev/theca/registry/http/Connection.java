package dev.theca.registry.http;

import java.io.IOException;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.function.Supplier;
import javax.net.ssl.SSLContext;

/** The requests of one peer, one after the other. */
final class Connection {
  private final SocketChannel channel;
  private final HttpBounds bounds;
  private final Optional<Supplier<SSLContext>> tls;
  private final HttpHandler handler;
  private final Patience patience;

  Connection(
      SocketChannel channel,
      HttpBounds bounds,
      Optional<Supplier<SSLContext>> tls,
      HttpHandler handler) {
    this.channel = channel;
    this.bounds = bounds;
    this.tls = tls;
    this.handler = handler;
    this.patience = new Patience(bounds.head());
  }

  void closeIfOver() {
    if (patience.isOver()) cut();
  }

  void cut() {
    try {
      channel.close();
    } catch (IOException e) {
      return; // it is closed
    }
  }

  void run() {
    try (var wire = new Wire(channel, patience)) {
      patience.begin(bounds.head(), false);
      if (agreed(wire))
        while (serve(wire)) {
          continue;
        }
    } catch (IOException e) {
      return; // the peer went away, or was too slow
    }
  }

  /**
   * Clients that try TLS first (skopeo, containerd) fall back to plain HTTP as soon as they get an
   * answer that is none; without one they wait for a handshake that never comes.
   */
  private boolean agreed(Wire wire) throws IOException {
    boolean wanted = wire.beginsWithTls();
    if (wanted != tls.isPresent()) {
      String words = wanted ? "this registry speaks HTTP, not TLS" : "this registry speaks TLS";
      refuse(wire, 400, words);
      return false;
    }
    if (wanted) wire.startTls(tls.orElseThrow().get());
    return true;
  }

  private boolean serve(Wire wire) throws IOException {
    patience.begin(bounds.idle(), true);
    int first = wire.in().read();
    if (first < 0) return false;
    patience.begin(bounds.head(), false);
    try {
      var head = RequestHead.read(first, wire.in(), bounds);
      patience.begin(bounds.idle(), true);
      var exchange = new HttpExchange(head, wire, tls.isPresent());
      handler.handle(exchange);
      return exchange.staysOpen();
    } catch (BadRequestException e) {
      refuse(wire, e.status(), e.words());
      return false;
    } catch (RuntimeException e) {
      System.err.println("stage=http outcome=fault reason=\"" + e + "\"");
      return false;
    }
  }

  private static void refuse(Wire wire, int status, String words) throws IOException {
    String text =
        "HTTP/1.1 %d %s\r\nConnection: close\r\nContent-Type: text/plain\r\nContent-Length: %d\r\n\r\n%s\n"
            .formatted(status, HttpExchange.reason(status), words.length() + 1, words);
    wire.out().write(text.getBytes(StandardCharsets.US_ASCII));
    wire.out().flush();
  }
}
