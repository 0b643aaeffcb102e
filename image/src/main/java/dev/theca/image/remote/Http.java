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
import java.util.LinkedHashMap;
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
 * their own, and there is less of it to attack. Servers behind a proxy are asked with the JDK's
 * client, all others by {@link Direct}.
 */
final class Http implements AutoCloseable {
  private static final String PLAIN = "plain";
  private static final String UNVOUCHED = "unvouched";
  private static final Map<String, String> ALWAYS =
      Map.of("Accept-Encoding", "identity", "User-Agent", "theca");
  private static final String TUNNEL_SCHEMES = "jdk.http.auth.tunneling.disabledSchemes";

  private final RemoteSettings settings;
  private final Direct direct;
  private final Map<String, SSLContext> contexts = new ConcurrentHashMap<>();
  private final Map<String, Trust.Host> hosts = new ConcurrentHashMap<>();
  private final Map<String, HttpClient> clients = new ConcurrentHashMap<>();

  Http(RemoteSettings settings) {
    this.settings = settings;
    this.direct = new Direct(settings.timeouts());
    // The JDK sends no Basic login to a proxy for CONNECT unless told so before its first client.
    if (settings.proxies().wantsLogin() && System.getProperty(TUNNEL_SCHEMES) == null)
      System.setProperty(TUNNEL_SCHEMES, "none");
  }

  /** {@code unvouched}: the host is named as insecure, so its certificate may be anybody's. */
  Answer send(Call call, URI uri, Map<String, String> more, boolean unvouched) throws IOException {
    var fields = new LinkedHashMap<>(ALWAYS);
    fields.putAll(call.headers());
    fields.putAll(more);
    var keys = keys(uri, unvouched);
    var proxy = settings.proxies().of(uri);
    if (proxy.isEmpty())
      return direct.send(
          keys + " " + uri.getScheme() + "://" + uri.getRawAuthority(),
          keys.equals(PLAIN) ? Optional.empty() : Optional.of(context(keys, uri)),
          call,
          uri,
          fields);
    proxy.get().login().ifPresent(login -> fields.put("Proxy-Authorization", basic(login)));
    return proxied(call, uri, fields, keys);
  }

  private Answer proxied(Call call, URI uri, Map<String, String> fields, String keys)
      throws IOException {
    var taken = new AtomicLong();
    var builder = builder(uri).method(call.method(), call.body().publisher(taken));
    fields.forEach(builder::setHeader);
    var future =
        clients
            .computeIfAbsent(keys, name -> client(context(name, uri)))
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

  /** With which keys, and believing whom, an address is asked. */
  private String keys(URI uri, boolean unvouched) {
    if ("http".equals(uri.getScheme())) return PLAIN;
    var host = host(uri);
    if (host.client().isPresent() || host.authorities().isPresent() && !unvouched)
      return "as " + uri.getAuthority();
    return unvouched ? UNVOUCHED : "tls";
  }

  private Trust.Host host(URI uri) {
    return hosts.computeIfAbsent(uri.getAuthority(), settings.trust()::at);
  }

  private SSLContext context(String keys, URI uri) {
    return contexts.computeIfAbsent(
        keys,
        name ->
            switch (name) {
              case PLAIN -> TlsContexts.nobody();
              case UNVOUCHED -> TlsContexts.anybody();
              default -> TlsContexts.of(settings.trust(), host(uri));
            });
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
    direct.close();
    try {
      clients.values().forEach(HttpClient::shutdownNow);
    } catch (RuntimeException e) {
      throw new ImageException("closing the registry client", e);
    }
  }
}
