package dev.theca.image.remote;

import dev.theca.image.ImageException;
import dev.theca.wire.secret.Secret;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpTimeoutException;
import java.util.Base64;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicLong;
import javax.net.ssl.SSLContext;

/**
 * Sends one request and waits for the headers of its answer, with a limit on every phase. Follows
 * no redirect, keeps no cookie, asks for no encoding. HTTP/1.1: parallel blobs want connections of
 * their own, and there is less of it to attack.
 */
final class Http implements AutoCloseable {
  private static final String TUNNEL_SCHEMES = "jdk.http.auth.tunneling.disabledSchemes";

  private final RemoteSettings settings;
  private final Map<String, HttpClient> clients = new ConcurrentHashMap<>();

  Http(RemoteSettings settings) {
    this.settings = settings;
    // The JDK sends no Basic login to a proxy for CONNECT unless told so before its first client.
    if (settings.proxies().wantsLogin() && System.getProperty(TUNNEL_SCHEMES) == null)
      System.setProperty(TUNNEL_SCHEMES, "none");
  }

  /** {@code unvouched}: the host is named as insecure, so its certificate may be anybody's. */
  Answer send(Call call, URI uri, Map<String, String> more, boolean unvouched) throws IOException {
    var taken = new AtomicLong();
    var builder = builder(uri).method(call.method(), call.body().publisher(taken));
    builder.setHeader("Accept-Encoding", "identity").setHeader("User-Agent", "theca");
    call.headers().forEach(builder::setHeader);
    more.forEach(builder::setHeader);
    settings
        .proxies()
        .of(uri)
        .flatMap(Proxies.Server::login)
        .ifPresent(login -> builder.setHeader("Proxy-Authorization", basic(login)));
    var future =
        client(uri, unvouched)
            .sendAsync(builder.build(), info -> new IdleBody(settings.timeouts()));
    var response = await(future, taken, call.body().size(), uri);
    // a refused CONNECT has no body at all
    var body =
        response.body() instanceof IdleBody given ? given : IdleBody.empty(settings.timeouts());
    return new Answer(response.statusCode(), response.headers(), uri, body);
  }

  private static HttpRequest.Builder builder(URI uri) throws IOException {
    try {
      return HttpRequest.newBuilder(uri);
    } catch (IllegalArgumentException e) {
      throw new IOException("no address that can be asked: " + e.getMessage(), e);
    }
  }

  static String basic(Secret userAndPassword) {
    return "Basic " + userAndPassword.lend(Base64.getEncoder()::encodeToString);
  }

  private HttpResponse<java.io.InputStream> await(
      CompletableFuture<HttpResponse<java.io.InputStream>> future,
      AtomicLong taken,
      long size,
      URI uri)
      throws IOException {
    long seen = -1;
    while (true) {
      var limit = taken.get() < size ? settings.timeouts().idle() : settings.timeouts().answer();
      try {
        return future.get(limit.toNanos(), TimeUnit.NANOSECONDS);
      } catch (TimeoutException e) {
        long now = taken.get();
        if (now != seen && size > 0) {
          seen = now;
          continue; // a large body on a slow line, as long as it moves
        }
        drop(future);
        throw new HttpTimeoutException(uri.getAuthority() + " gave no answer within " + limit);
      } catch (InterruptedException e) {
        drop(future);
        Thread.currentThread().interrupt();
        throw new InterruptedIOException("interrupted while asking " + uri.getAuthority());
      } catch (ExecutionException e) {
        if (e.getCause() instanceof IOException fault) throw fault;
        throw new IOException(String.valueOf(e.getCause()), e.getCause());
      }
    }
  }

  private static void drop(CompletableFuture<HttpResponse<java.io.InputStream>> future) {
    boolean unused = future.cancel(true);
  }

  private HttpClient client(URI uri, boolean unvouched) {
    if ("http".equals(uri.getScheme()))
      return clients.computeIfAbsent("plain", name -> client(TlsContexts.nobody()));
    var own = Optional.ofNullable(settings.trust().clients().get(uri.getAuthority()));
    if (unvouched && own.isEmpty())
      return clients.computeIfAbsent("unvouched", name -> client(TlsContexts.anybody()));
    return clients.computeIfAbsent(
        own.isPresent() ? "as " + uri.getAuthority() : "tls",
        name -> client(TlsContexts.of(settings.trust(), own)));
  }

  private HttpClient client(SSLContext context) {
    return HttpClient.newBuilder()
        .version(HttpClient.Version.HTTP_1_1)
        .followRedirects(HttpClient.Redirect.NEVER)
        .connectTimeout(settings.timeouts().connect())
        .proxy(settings.proxies().selector())
        .executor(Executors.newVirtualThreadPerTaskExecutor())
        .sslContext(context)
        .build();
  }

  @Override
  public void close() {
    try {
      clients.values().forEach(HttpClient::shutdownNow);
    } catch (RuntimeException e) {
      throw new ImageException("closing the registry client", e);
    }
  }
}
