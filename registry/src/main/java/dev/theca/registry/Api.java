package dev.theca.registry;

import dev.theca.registry.auth.Action;
import dev.theca.registry.auth.Gate;
import dev.theca.registry.auth.Gate.Answer;
import dev.theca.registry.auth.Gate.Caller;
import dev.theca.registry.http.BadRequestException;
import dev.theca.registry.http.HttpExchange;
import dev.theca.registry.store.Names;
import java.io.IOException;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Finds out what a request asks for and whether its sender may; one log line each. */
final class Api {
  private static final Pattern MANIFEST = path("/manifests/([^/]{1,200})");
  private static final Pattern BEGIN = path("/blobs/uploads/?");
  private static final Pattern UPLOAD = path("/blobs/uploads/([^/]{1,64})");
  private static final Pattern BLOB = path("/blobs/([^/]{1,200})");
  private static final Pattern TAGS = path("/tags/list");
  private static final Pattern REFERRERS = path("/referrers/([^/]{1,200})");

  private final Gate gate;
  private final BlobApi blobs;
  private final UploadApi uploads;
  private final ManifestApi manifests;
  private final ListApi lists;
  private final Optional<TokenApi> tokens;
  private final boolean catalog;
  private final AccessLog log;

  Api(
      Gate gate,
      BlobApi blobs,
      UploadApi uploads,
      ManifestApi manifests,
      ListApi lists,
      boolean catalog,
      AccessLog log) {
    this.gate = gate;
    this.blobs = blobs;
    this.uploads = uploads;
    this.manifests = manifests;
    this.lists = lists;
    this.catalog = catalog;
    this.log = log;
    this.tokens = gate.tokens().map(t -> new TokenApi(gate, t));
  }

  private static Pattern path(String after) {
    return Pattern.compile("/v2/(.{1,300}?)" + after);
  }

  static void unsupported(HttpExchange exchange, String methods) throws IOException {
    exchange.with("Allow", methods);
    RegistryError.UNSUPPORTED.answer(exchange, "only " + methods);
  }

  static void tooOften(HttpExchange exchange) throws IOException {
    exchange.with("Retry-After", "60");
    RegistryError.TOOMANYREQUESTS.answer(exchange, "too many wrong passwords came from there");
  }

  void handle(HttpExchange exchange) throws IOException {
    long start = System.nanoTime();
    var user = new Who();
    try {
      handle(exchange, user);
    } finally {
      log.write(exchange, user.name, System.nanoTime() - start);
    }
  }

  /** Who turned out to be asking, for the log. */
  private static final class Who {
    private String name = "";
  }

  private void handle(HttpExchange exchange, Who user) throws IOException {
    try {
      exchange.with("Docker-Distribution-API-Version", "registry/2.0");
      exchange.with("X-Content-Type-Options", "nosniff");
      route(exchange, user);
    } catch (BadRequestException e) {
      throw e;
    } catch (IOException | RuntimeException e) {
      if (exchange.broken() || exchange.status() != 0) throw e; // the peer went away
      System.err.println("stage=http outcome=fault reason=\"" + e + "\"");
      exchange.answer(500);
    }
  }

  private void route(HttpExchange exchange, Who user) throws IOException {
    if (tokens.isPresent() && exchange.head().path().equals(TokenApi.PATH)) {
      user.name = tokens.get().answer(exchange);
      return;
    }
    switch (gate.caller(exchange.head().field("authorization"), exchange.peer())) {
      case Answer.Known(var caller) -> {
        user.name = caller.name();
        route(exchange, caller);
      }
      case Answer.Unknown _ -> challenge(exchange, "", "the credentials are wrong or too old");
      case Answer.TooOften _ -> tooOften(exchange);
    }
  }

  private void route(HttpExchange exchange, Caller caller) throws IOException {
    String path = exchange.head().path();
    Matcher m;
    if (path.equals("/v2/") || path.equals("/v2")) version(exchange, caller);
    else if (path.equals("/v2/_catalog") && catalog) catalog(exchange, caller);
    else if ((m = MANIFEST.matcher(path)).matches()) {
      if (may(exchange, caller, m.group(1))) manifests.answer(exchange, m.group(1), m.group(2));
    } else if ((m = BEGIN.matcher(path)).matches()) {
      if (may(exchange, caller, m.group(1))) uploads.begin(exchange, caller, m.group(1));
    } else if ((m = UPLOAD.matcher(path)).matches()) {
      if (mayPush(exchange, caller, m.group(1))) uploads.answer(exchange, m.group(1), m.group(2));
    } else if ((m = BLOB.matcher(path)).matches()) blob(exchange, caller, m);
    else if ((m = TAGS.matcher(path)).matches()) {
      if (mayRead(exchange, caller, m.group(1))) lists.tags(exchange, m.group(1));
    } else if ((m = REFERRERS.matcher(path)).matches()) referrers(exchange, caller, m);
    else RegistryError.UNSUPPORTED.answer(exchange, 404, "no such path");
  }

  /** end-1: also the place where clients learn how to say who they are. */
  private void version(HttpExchange exchange, Caller caller) throws IOException {
    boolean known = exchange.head().field("authorization").isPresent();
    if (gate.closed() && !known && caller.name().isEmpty())
      challenge(exchange, "", "say who you are");
    else exchange.with("Content-Type", "application/json").answer(200, new byte[] {'{', '}'});
  }

  private void catalog(HttpExchange exchange, Caller caller) throws IOException {
    if (exchange.head().method().equals("GET")) lists.catalog(exchange, caller);
    else unsupported(exchange, "GET");
  }

  private void blob(HttpExchange exchange, Caller caller, Matcher m) throws IOException {
    if (!may(exchange, caller, m.group(1))) return;
    var digest = Names.digest(m.group(2));
    if (digest.isPresent()) blobs.answer(exchange, m.group(1), digest.get());
    else RegistryError.DIGEST_INVALID.answer(exchange, "a digest is sha256:HEX or sha512:HEX");
  }

  private void referrers(HttpExchange exchange, Caller caller, Matcher m) throws IOException {
    if (!mayRead(exchange, caller, m.group(1))) return;
    var digest = Names.digest(m.group(2));
    if (digest.isPresent()) lists.referrers(exchange, m.group(1), digest.get());
    else RegistryError.DIGEST_INVALID.answer(exchange, "a digest is sha256:HEX or sha512:HEX");
  }

  private boolean mayRead(HttpExchange exchange, Caller caller, String repository)
      throws IOException {
    String method = exchange.head().method();
    if (method.equals("GET") || method.equals("HEAD")) return may(exchange, caller, repository);
    unsupported(exchange, "GET");
    return false;
  }

  private boolean may(HttpExchange exchange, Caller caller, String repository) throws IOException {
    return switch (exchange.head().method()) {
      case "GET", "HEAD" -> may(exchange, caller, repository, Action.PULL);
      default -> may(exchange, caller, repository, Action.PUSH);
    };
  }

  private boolean mayPush(HttpExchange exchange, Caller caller, String repository)
      throws IOException {
    return may(exchange, caller, repository, Action.PUSH);
  }

  private boolean may(HttpExchange exchange, Caller caller, String repository, Action action)
      throws IOException {
    if (!Names.isRepository(repository)) {
      RegistryError.NAME_INVALID.answer(exchange, "not a repository's name");
      return false;
    }
    if (caller.rights().allow(action, repository)) return true;
    boolean password = exchange.head().field("authorization").isPresent();
    if (password && gate.tokens().isEmpty())
      RegistryError.DENIED.answer(exchange, "this user may not do that here");
    else {
      String actions = action == Action.PUSH ? "pull,push" : "pull";
      challenge(exchange, "repository:" + repository + ":" + actions, "more rights are needed");
    }
    return false;
  }

  private void challenge(HttpExchange exchange, String scope, String words) throws IOException {
    String field = "Basic realm=\"theca registry\"";
    var base = exchange.base();
    if (gate.tokens().isPresent() && base.isPresent()) {
      field =
          "Bearer realm=\"%s%s\",service=\"%s\""
              .formatted(base.get(), TokenApi.PATH, gate.tokens().get().service());
      if (!scope.isEmpty()) field += ",scope=\"" + scope + "\"";
    }
    exchange.with("WWW-Authenticate", field);
    RegistryError.UNAUTHORIZED.answer(exchange, words);
  }
}
