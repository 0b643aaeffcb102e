package dev.theca.broker.http;

import io.helidon.common.buffers.BufferData;
import io.helidon.http.Headers;
import io.helidon.http.Status;
import io.helidon.webserver.ConnectionContext;
import io.helidon.webserver.http1.Http1Config;
import io.helidon.webserver.http1.Http1ConnectionListener;
import io.helidon.webserver.http1.Http1ConnectionSelector;
import io.helidon.webserver.http2.Http2Config;
import io.helidon.webserver.http2.Http2ConnectionSelector;
import io.helidon.webserver.spi.ServerConnection;
import io.helidon.webserver.spi.ServerConnectionSelector;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;

/** Takes every connection of a front: counts it, watches it, and finds its protocol. */
final class Connections implements ServerConnectionSelector {
  private final Deadlines deadlines;
  private final int most;
  private final Watches watches;
  private final Handshakes handshakes;
  private final AtomicInteger open = new AtomicInteger();
  private final Http1ConnectionSelector http1;
  private final Http2ConnectionSelector http2;

  Connections(FrontConfig config, Watches watches, Handshakes handshakes) {
    this.deadlines = config.deadlines();
    this.most = config.bounds().connections();
    this.watches = watches;
    this.handshakes = handshakes;
    int headerBytes = config.bounds().headerBytes();
    http1 =
        Http1ConnectionSelector.builder()
            .config(
                Http1Config.builder()
                    .maxHeadersSize(headerBytes)
                    .maxPrologueLength(RequestPath.MAX_CHARS)
                    .validatePath(false) // RequestPath judges it
                    .sendKeepAliveHeader(false)
                    .addReceiveListener(new HeaderEnds())
                    .addSendListener(new Answered())
                    .build())
            .build();
    http2 =
        Http2ConnectionSelector.builder()
            .http2Config(
                Http2Config.builder()
                    .maxHeaderListSize(headerBytes)
                    .maxConcurrentStreams(64)
                    .initialWindowSize(64 << 10)
                    .flowControlTimeout(deadlines.write())
                    .validatePath(false)
                    .build())
            .build();
  }

  private static final class HeaderEnds implements Http1ConnectionListener {
    @Override
    public void headers(ConnectionContext context, Headers headers) {
      if (context instanceof WatchedContext watched) watched.headerEnds();
    }
  }

  private static final class Answered implements Http1ConnectionListener {
    @Override
    public void status(ConnectionContext context, Status status) {
      if (context instanceof WatchedContext watched) watched.answered();
    }
  }

  /** How many are open. */
  int open() {
    return open.get();
  }

  @Override
  public int bytesToIdentifyConnection() {
    return 0;
  }

  @Override
  public Support supports(BufferData data) {
    return Support.SUPPORTED;
  }

  @Override
  public Set<String> supportedApplicationProtocols() {
    return Set.of("h2", "http/1.1");
  }

  @Override
  public ServerConnection connection(ConnectionContext context) {
    handshakes.end();
    var watch = watches.watch();
    boolean full = open.incrementAndGet() > most;
    var watched = new WatchedContext(context, deadlines, watch);
    return new WatchedConnection(watched, watch, full, http1, http2, open::decrementAndGet);
  }
}
