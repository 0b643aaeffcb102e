package dev.theca.image;

import dev.theca.wire.json.Json;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Sends requests to registries. A challenge for a bearer token is answered with an anonymous one
 * (the registry's token server names it; docker's token specification); redirects are followed
 * without credentials, a few times, and never from TLS to plain text.
 */
final class RegistryHttp {
  private static final Duration LIMIT = Duration.ofSeconds(30);
  private static final int HOPS = 5;
  private static final int MAX_TOKEN = 64 << 10;
  private static final Pattern PARAMETER = Pattern.compile("(realm|service|scope)=\"([^\"]*)\"");
  private static final Pattern REPOSITORY = Pattern.compile("(/v2/.+)/(manifests|blobs|tags)/.*");

  private final Set<String> insecure;
  private final Map<String, String> tokens = new ConcurrentHashMap<>();
  private @Nullable HttpClient plain;
  private @Nullable HttpClient tls;

  RegistryHttp(Set<String> insecure) {
    this.insecure = insecure;
  }

  <T> HttpResponse<T> send(HttpRequest request, HttpResponse.BodyHandler<T> handler) {
    String repository = repository(request.uri());
    var response = once(authorised(request, tokens.get(repository)), handler);
    if (response.statusCode() == 401) {
      var token = challenge(response).flatMap(this::token);
      if (token.isPresent()) {
        tokens.put(repository, token.get());
        drop(response);
        response = once(authorised(request, token.get()), handler);
      }
    }
    for (int hop = 0; hop < HOPS && isRedirect(response); hop++) {
      URI next = response.uri().resolve(response.headers().firstValue("Location").orElse(""));
      if (!mayFollow(response.uri(), next)) return response;
      drop(response);
      response = once(HttpRequest.newBuilder(next).timeout(LIMIT).build(), handler);
    }
    return response;
  }

  private static boolean isRedirect(HttpResponse<?> response) {
    return (response.statusCode() == 302
            || response.statusCode() == 303
            || response.statusCode() == 307
            || response.statusCode() == 301)
        && response.request().method().equals("GET")
        && response.headers().firstValue("Location").isPresent();
  }

  private boolean mayFollow(URI from, URI to) {
    return "https".equals(to.getScheme())
        || "http".equals(to.getScheme())
            && "http".equals(from.getScheme())
            && insecure.contains(to.getAuthority());
  }

  private static void drop(HttpResponse<?> response) {
    if (response.body() instanceof InputStream in) {
      try (in) {
        long unused = in.skip(MAX_TOKEN);
      } catch (IOException e) {
        return; // nobody wants its rest
      }
    }
  }

  private static String repository(URI uri) {
    var matcher = REPOSITORY.matcher(uri.getPath());
    return uri.getAuthority() + (matcher.matches() ? matcher.group(1) : "");
  }

  private static HttpRequest authorised(HttpRequest request, @Nullable String token) {
    return token == null
        ? request
        : HttpRequest.newBuilder(request, (name, value) -> true)
            .setHeader("Authorization", "Bearer " + token)
            .build();
  }

  /** Where to ask for a token; empty when the challenge is of another kind. */
  private Optional<URI> challenge(HttpResponse<?> response) {
    String header = response.headers().firstValue("WWW-Authenticate").orElse("");
    if (!header.regionMatches(true, 0, "Bearer ", 0, 7)) return Optional.empty();
    var parameters = new HashMap<String, String>();
    var matcher = PARAMETER.matcher(header);
    while (matcher.find()) parameters.put(matcher.group(1), matcher.group(2));
    try {
      URI realm = URI.create(parameters.getOrDefault("realm", ""));
      if (!mayFollow(response.uri(), realm)) return Optional.empty();
      var query = new StringBuilder();
      for (String name : new String[] {"service", "scope"}) {
        if (!parameters.containsKey(name)) continue;
        query
            .append(query.isEmpty() ? "" : "&")
            .append(name)
            .append('=')
            .append(
                URLEncoder.encode(parameters.get(name), StandardCharsets.UTF_8)
                    .replace("+", "%20"));
      }
      String join = realm.getRawQuery() == null ? "?" : "&";
      return Optional.of(URI.create(realm + join + query));
    } catch (IllegalArgumentException e) {
      return Optional.empty();
    }
  }

  private Optional<String> token(URI from) {
    var request = HttpRequest.newBuilder(from).timeout(LIMIT).build();
    var response = once(request, HttpResponse.BodyHandlers.ofInputStream());
    try (InputStream in = response.body()) {
      byte[] bytes = in.readNBytes(MAX_TOKEN);
      var json = Json.object(bytes);
      if (response.statusCode() != 200 || !json.isGranted()) return Optional.empty();
      return json.orThrow()
          .string("token")
          .or(() -> json.orThrow().string("access_token"))
          .filter(text -> text.matches("[\\x21-\\x7e]{1,16384}"));
    } catch (IOException e) {
      throw new ImageException("reading a token of " + from.getAuthority(), e);
    }
  }

  /** The client for a scheme, made when it is first needed. */
  private synchronized HttpClient client(URI uri) {
    if ("http".equals(uri.getScheme())) return plain == null ? plain = HttpClients.plain() : plain;
    return tls == null ? tls = HttpClients.tls() : tls;
  }

  private <T> HttpResponse<T> once(HttpRequest request, HttpResponse.BodyHandler<T> handler) {
    try {
      return client(request.uri()).send(request, handler);
    } catch (IOException e) {
      throw new ImageException(
          request.uri().getAuthority() + " does not answer: " + e.getMessage(), e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new ImageException("interrupted while asking a registry", e);
    }
  }
}
