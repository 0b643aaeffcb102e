package dev.theca.broker.http;

import dev.theca.broker.meter.Tracer;
import dev.theca.wire.Outcome;
import io.helidon.http.Header;
import io.helidon.http.HeaderNames;
import io.helidon.http.HeaderValues;
import io.helidon.http.Status;
import io.helidon.webserver.CloseConnectionException;
import io.helidon.webserver.http.Filter;
import io.helidon.webserver.http.FilterChain;
import io.helidon.webserver.http.RoutingRequest;
import io.helidon.webserver.http.RoutingResponse;
import java.net.InetSocketAddress;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Semaphore;

/** One request to one answer: limits before the handler, deadlines around it. */
final class Exchange implements Filter {
  /** Whom a client certificate names (RFC 2253); set by the front only, dropped from input. */
  private static final String SUBJECT = "x-theca-client-subject";

  private static final Set<String> METHODS = Set.of("GET", "POST", "PUT", "DELETE");
  // The server sets this one from the certificate's common name, which alone proves little.
  private static final Set<String> DROPPED = Set.of(SUBJECT, "x-helidon-cn");
  private static final String AUTH = dev.theca.wire.kbs.Kbs.PREFIX + "/auth";

  private final FrontConfig config;
  private final Handler handler;
  private final RateLimiter limiter;
  private final ClientAddress clients;
  private final Access access;
  private final Tracer tracer;
  private final Watches watches;
  private final Bodies bodies;
  private final Semaphore running;

  Exchange(FrontConfig config, FrontParts parts, ClientAddress clients, Watches watches) {
    this.config = config;
    this.handler = new Guarded(parts.handler());
    this.limiter = parts.limiter();
    this.access = new Access(parts.meter());
    this.tracer = parts.tracer();
    this.clients = clients;
    this.watches = watches;
    this.bodies = new Bodies(config.bounds(), config.deadlines().body(), watches);
    this.running = new Semaphore(config.bounds().requests());
  }

  @Override
  public void filter(FilterChain chain, RoutingRequest request, RoutingResponse response) {
    long begun = System.nanoTime();
    long length = request.headers().contentLength().orElse(-1);
    var path = RequestPath.parse(request.prologue().uriPath().rawPath());
    String known = path instanceof Outcome.Granted<String>(String text) ? text : "";
    Answer answer;
    try {
      answer = answer(request, path, length);
    } catch (Bodies.TooSlow e) {
      if (!isHttp2(request)) throw new CloseConnectionException("slow body", e);
      answer = Problems.of(408, "the body did not come within its deadline");
    } catch (Bodies.ClientGone e) {
      throw new CloseConnectionException("client gone", e);
    }
    access.record(known, System.nanoTime() - begun, Math.max(0, length), answer);
    send(request, response, answer, length);
  }

  private Answer answer(RoutingRequest request, Outcome<String> parsed, long length) {
    String remote = remote(request);
    if (!limiter.take(RateLimiter.Kind.ANY, remote)) return slower(RateLimiter.Kind.ANY, remote);
    String method = request.prologue().method().text();
    if (!METHODS.contains(method)) return Problems.method();
    if (!(parsed instanceof Outcome.Granted<String>(String path))) return bad(parsed);
    var query = RequestPath.query(request.prologue().query().rawValue());
    if (!(query instanceof Outcome.Granted<Map<String, String>>(var parameters))) return bad(query);
    if (path.equals("/healthz") && method.equals("GET")) return Answer.empty();
    if (path.equals(AUTH) && method.equals("POST") && !limiter.take(RateLimiter.Kind.AUTH, remote))
      return slower(RateLimiter.Kind.AUTH, remote);
    try (var read = bodies.read(request, length)) {
      return switch (read) {
        case Bodies.Read.Refused(var refusal) -> refusal;
        case Bodies.Read.Whole whole ->
            handled(new Request(method, path, parameters, headers(request), whole.bytes(), remote));
      };
    }
  }

  private Answer handled(Request request) {
    if (!running.tryAcquire()) return Problems.busy();
    try {
      String parent = request.header("traceparent").orElse("");
      return tracer.root("http", parent, () -> handler.handle(request));
    } finally {
      running.release();
    }
  }

  private Answer slower(RateLimiter.Kind kind, String remote) {
    access.limited(kind);
    return Problems.tooMany(limiter.secondsUntil(kind, remote));
  }

  private static Answer bad(Outcome<?> refused) {
    return refused instanceof Outcome.Refused<?>(var reasons)
        ? Problems.of(400, "the request target must be: " + reasons.getFirst().expected())
        : Problems.of(400, "the request target is malformed");
  }

  private String remote(RoutingRequest request) {
    var address = request.remotePeer().address();
    String peer =
        address instanceof InetSocketAddress inet ? inet.getAddress().getHostAddress() : "unknown";
    return clients.of(peer, values(request, HeaderNames.X_FORWARDED_FOR));
  }

  private static List<String> values(RoutingRequest request, io.helidon.http.HeaderName name) {
    return request.headers().contains(name) ? request.headers().get(name).allValues() : List.of();
  }

  private static Map<String, List<String>> headers(RoutingRequest request) {
    var headers = new HashMap<String, List<String>>();
    for (Header header : request.headers()) {
      String name = header.headerName().lowerCase();
      if (!DROPPED.contains(name) && !name.startsWith(":"))
        headers.put(name, List.copyOf(header.allValues()));
    }
    request
        .remotePeer()
        .tlsPrincipal()
        .ifPresent(subject -> headers.put(SUBJECT, List.of(subject.getName())));
    return Map.copyOf(headers);
  }

  private static boolean isHttp2(RoutingRequest request) {
    return request.prologue().protocolVersion().startsWith("2");
  }

  private void send(RoutingRequest request, RoutingResponse response, Answer answer, long length) {
    response.status(Status.create(answer.status()));
    answer.headers().forEach((name, value) -> response.header(HeaderNames.create(name), value));
    if (!answer.contentType().isEmpty())
      response.header(HeaderNames.CONTENT_TYPE, answer.contentType());
    boolean unread =
        !isHttp2(request)
            && !request.content().consumed()
            && (length > Bounds.SMALL_BODY_BYTES || length < 0 && request.content().hasEntity());
    if (unread) response.header(HeaderValues.CONNECTION_CLOSE);
    boolean bodiless = request.prologue().method().text().equals("HEAD");
    try (var watch = watches.watch(config.deadlines().write())) {
      try {
        response.send(bodiless ? new byte[0] : answer.body());
      } catch (RuntimeException e) {
        if (watch.isCut()) throw new CloseConnectionException("slow reader", e);
        throw e;
      }
    }
    // The server says "close" and leaves the closing to the client: what follows an unread body
    // would be taken for the next request.
    if (unread) throw new Unread();
    if (!isHttp2(request) && request.headers().containsToken(HeaderValues.CONNECTION_CLOSE))
      throw new CloseConnectionException("the last answer of this connection");
  }
}
