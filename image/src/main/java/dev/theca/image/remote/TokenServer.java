package dev.theca.image.remote;

import dev.theca.wire.Outcome;
import dev.theca.wire.json.Json;
import dev.theca.wire.json.JsonObject;
import dev.theca.wire.secret.Secret;
import java.io.IOException;
import java.net.URI;
import java.net.URISyntaxException;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Arrays;
import java.util.Map;
import java.util.Optional;

/**
 * Fetches bearer tokens as the distribution project's token and OAuth 2 specifications say: GET
 * with a login or without, POST with an identity token. The place is named by the registry, so it
 * is asked over TLS, unless the registry itself is asked without.
 */
final class TokenServer {
  private static final int MAX_BYTES = 128 << 10;
  private static final int MAX_SCOPE_CHARS = 1024;
  private static final long DEFAULT_SECONDS = 60; // token specification, "expires_in"
  private static final long MAX_SECONDS = 24 * 60 * 60;
  private static final String NEXT =
      "see whether the registry's address is right, and tell its owner";

  private final Http http;
  private final RemoteSettings settings;

  TokenServer(Http http, RemoteSettings settings) {
    this.http = http;
    this.settings = settings;
  }

  /** {@code from} is the address that gave the challenge; {@code host} its name in image names. */
  Outcome<Held> token(
      Challenge challenge, Scope scope, Optional<Credential> credential, URI from, Origin origin)
      throws IOException {
    var realm = realm(challenge.parameter("realm"), from);
    if (realm instanceof Outcome.Refused<URI> no) return no.as();
    String scopes = scopes(scope, challenge.parameter("scope"));
    String query = pair("service", challenge.parameter("service"));
    for (String one : scopes.split(" ")) query += "&" + pair("scope", one);
    Call call;
    var more = Map.<String, String>of();
    byte[] form = new byte[0];
    if (credential.isPresent()
        && credential.get() instanceof Credential.IdentityToken(_, var identity)) {
      form = form(challenge.parameter("service"), scopes, identity);
      call =
          Call.of("POST", realm.orThrow().toString(), scope)
              .with("application/x-www-form-urlencoded", Payload.of(form));
    } else {
      String join = realm.orThrow().getRawQuery() == null ? "?" : "&";
      call = Call.of("GET", realm.orThrow() + join + query, scope);
      if (credential.isPresent() && credential.get() instanceof Credential.Login(_, var login))
        more = Map.of("Authorization", Http.basic(login));
    }
    URI uri = URI.create(call.target());
    try (var answer = http.send(call, uri, more, origin.unvouched(uri))) {
      return read(answer, credential, uri.getAuthority());
    } finally {
      Arrays.fill(form, (byte) 0);
    }
  }

  private Outcome<Held> read(Answer answer, Optional<Credential> credential, String authority)
      throws IOException {
    String what = "token server " + authority;
    int status = answer.status();
    if (Retries.mayPass(status)) throw new IOException(what + " answers status " + status);
    if (status == 400 || status == 401 || status == 403)
      return RemoteCode.IMAGE_REGISTRY_DENIED.no(
          what,
          "a token",
          answer.said(settings.timeouts().document()) + ", asked " + Origin.shown(credential),
          Origin.LOG_IN);
    if (status != 200)
      return RemoteCode.IMAGE_REGISTRY_ANSWER.no(what, "a token", "status " + status, NEXT);
    byte[] bytes = answer.bytes(MAX_BYTES, settings.timeouts().document());
    try {
      if (bytes.length > MAX_BYTES
          || !(Json.object(bytes) instanceof Outcome.Granted<JsonObject>(var json)))
        return RemoteCode.IMAGE_REGISTRY_ANSWER.no(
            what, "a JSON object of at most " + MAX_BYTES + " bytes", "something else", NEXT);
      String token = json.string("token").or(() -> json.string("access_token")).orElse("");
      if (!token.matches("[\\x21-\\x7e]{1,65536}"))
        return RemoteCode.IMAGE_REGISTRY_ANSWER.no(
            what, "a token of visible characters", "none", NEXT);
      long seconds = json.integer("expires_in").orElse(DEFAULT_SECONDS);
      seconds = Math.clamp(seconds, 1, MAX_SECONDS);
      Instant until = settings.clock().instant().plusSeconds(seconds - seconds / 10);
      return Outcome.granted(
          new Held(Secret.moveFrom(token.getBytes(StandardCharsets.US_ASCII)), until));
    } finally {
      Arrays.fill(bytes, (byte) 0);
    }
  }

  private static Outcome<URI> realm(String text, URI from) {
    try {
      var realm = new URI(text);
      boolean tls = "https".equals(realm.getScheme());
      boolean plain = "http".equals(realm.getScheme()) && "http".equals(from.getScheme());
      if ((tls || plain)
          && realm.getHost() != null
          && realm.getRawUserInfo() == null
          && realm.getRawFragment() == null) return Outcome.granted(realm);
    } catch (URISyntaxException e) {
      return bad(text);
    }
    return bad(text);
  }

  private static <T> Outcome<T> bad(String realm) {
    String shown = realm.substring(0, Math.min(realm.length(), 100)).replaceAll("[^ -~]", "?");
    return RemoteCode.IMAGE_REGISTRY_TLS.no(
        "token server of the registry", "an https address", "'" + shown + "'", NEXT);
  }

  /** Ours, and what the registry asks for beside: its own name for the repository may differ. */
  private static String scopes(Scope scope, String asked) {
    String own = scope.toString();
    boolean more =
        asked.length() <= MAX_SCOPE_CHARS
            && asked.matches("[\\x21-\\x7e]+")
            && !asked.equals(own)
            && !asked.startsWith("repository:" + scope.repository() + ":");
    return more ? own + " " + asked : own;
  }

  private static byte[] form(String service, String scopes, Secret identity) {
    byte[] start =
        ("grant_type=refresh_token&client_id=theca&"
                + pair("service", service)
                + "&"
                + pair("scope", scopes)
                + "&refresh_token=")
            .getBytes(StandardCharsets.US_ASCII);
    return identity.lend(
        token -> {
          byte[] end =
              URLEncoder.encode(new String(token, StandardCharsets.UTF_8), StandardCharsets.UTF_8)
                  .getBytes(StandardCharsets.US_ASCII);
          byte[] all = Arrays.copyOf(start, start.length + end.length);
          System.arraycopy(end, 0, all, start.length, end.length);
          Arrays.fill(end, (byte) 0);
          return all;
        });
  }

  private static String pair(String name, String value) {
    return name + "=" + URLEncoder.encode(value, StandardCharsets.UTF_8).replace("+", "%20");
  }
}
