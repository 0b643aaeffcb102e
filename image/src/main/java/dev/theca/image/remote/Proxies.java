package dev.theca.image.remote;

import dev.theca.wire.Outcome;
import dev.theca.wire.secret.Secret;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Proxy;
import java.net.ProxySelector;
import java.net.SocketAddress;
import java.net.URI;
import java.net.URISyntaxException;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * Which requests go through an HTTP proxy, read as curl and Go read {@code http_proxy}, {@code
 * https_proxy} and {@code no_proxy}. The machine itself is never asked through a proxy. TLS to a
 * registry goes through CONNECT, so the proxy sees its name only.
 */
public final class Proxies {
  /** One proxy; {@code login} are the bytes of {@code user:password}, when it wants them. */
  public record Server(String host, int port, Optional<Secret> login) {
    /** Reads {@code [http://][user:password@]host[:port]}; a proxy that speaks TLS is refused. */
    public static Outcome<Server> parse(String text) {
      try {
        var uri = new URI(text.contains("://") ? text : "http://" + text);
        if (!"http".equals(uri.getScheme()) || uri.getHost() == null) return bad();
        int port = uri.getPort() < 0 ? 80 : uri.getPort();
        String user = uri.getRawUserInfo();
        return Outcome.granted(
            new Server(
                uri.getHost(),
                port,
                Optional.ofNullable(user)
                    .map(raw -> URLDecoder.decode(raw.replace("+", "%2B"), StandardCharsets.UTF_8))
                    .map(raw -> Secret.moveFrom(raw.getBytes(StandardCharsets.UTF_8)))));
      } catch (URISyntaxException | IllegalArgumentException e) {
        return bad(); // the text may hold a password: it is not shown
      }
    }

    private static Outcome<Server> bad() {
      return RemoteCode.IMAGE_PROXY.no(
          "proxy",
          "http://[user:password@]host:port",
          "another form",
          "correct the proxy's address");
    }
  }

  public static final Proxies NONE = new Proxies(Optional.empty(), Optional.empty(), List.of());

  private final Optional<Server> plain;
  private final Optional<Server> tls;
  private final List<String> direct;

  private Proxies(Optional<Server> plain, Optional<Server> tls, List<String> direct) {
    this.plain = plain;
    this.tls = tls;
    this.direct = direct;
  }

  /** All requests through one proxy, but for the hosts named as in {@code no_proxy}. */
  public static Proxies through(Server proxy, List<String> direct) {
    return new Proxies(Optional.of(proxy), Optional.of(proxy), List.copyOf(direct));
  }

  /** What the environment says; lower case goes before upper case, HTTP_PROXY is not read. */
  public static Outcome<Proxies> fromEnvironment(Map<String, String> environment) {
    // HTTP_PROXY could be a request's header "Proxy" in a CGI program (httpoxy)
    var plain = server(environment.getOrDefault("http_proxy", ""));
    if (plain instanceof Outcome.Refused<Optional<Server>> no) return no.as();
    var tls = server(first(environment, "https_proxy"));
    if (tls instanceof Outcome.Refused<Optional<Server>> no) return no.as();
    var direct = List.of(first(environment, "no_proxy").trim().split("[,\\s]+", 1024));
    return Outcome.granted(new Proxies(plain.orThrow(), tls.orThrow(), direct));
  }

  private static String first(Map<String, String> environment, String name) {
    return environment.getOrDefault(
        name, environment.getOrDefault(name.toUpperCase(Locale.ROOT), ""));
  }

  private static Outcome<Optional<Server>> server(String text) {
    return text.isBlank()
        ? Outcome.granted(Optional.empty())
        : Server.parse(text.trim()).map(Optional::of);
  }

  /** The proxy for an address; empty when it is asked directly. */
  Optional<Server> of(URI uri) {
    String host = uri.getHost() == null ? "" : uri.getHost().toLowerCase(Locale.ROOT);
    if (NoProxy.isThisMachine(host)) return Optional.empty();
    int port = uri.getPort() >= 0 ? uri.getPort() : "https".equals(uri.getScheme()) ? 443 : 80;
    for (String rule : direct) if (NoProxy.names(rule, host, port)) return Optional.empty();
    return "https".equals(uri.getScheme()) ? tls : plain;
  }

  boolean wantsLogin() {
    return plain.flatMap(Server::login).isPresent() || tls.flatMap(Server::login).isPresent();
  }

  /** The same for the JDK's client. */
  public ProxySelector selector() {
    return new ProxySelector() {
      @Override
      public List<Proxy> select(URI uri) {
        return List.of(
            Proxies.this
                .of(uri)
                .map(
                    server ->
                        new Proxy(
                            Proxy.Type.HTTP, new InetSocketAddress(server.host(), server.port())))
                .orElse(Proxy.NO_PROXY));
      }

      @Override
      public void connectFailed(URI uri, SocketAddress address, IOException fault) {
        // the request fails with it
      }
    };
  }
}
