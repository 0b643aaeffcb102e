package dev.theca.broker.token;

import dev.theca.wire.Outcome;
import dev.theca.wire.json.Json;
import dev.theca.wire.json.JsonObject;
import dev.theca.wire.json.JsonValue;
import java.io.IOException;
import java.lang.System.Logger.Level;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.locks.ReentrantLock;

/**
 * The keys of the issuers that publish JWK sets (RFC 7517, section 5), by {@code kid}. Read again
 * after ten minutes, and for a {@code kid} that is not known, but at most once a minute; an issuer
 * that cannot be reached keeps its keys for a day.
 */
final class JwkSets {
  private static final System.Logger LOG = System.getLogger(JwkSets.class.getName());
  private static final Duration FRESH = Duration.ofMinutes(10);
  private static final Duration PAUSE = Duration.ofMinutes(1);
  private static final Duration STALE = Duration.ofDays(1);
  private static final int MAX_KEYS = 256;

  private record Read(Map<String, TrustedKey> keys, Instant at) {}

  private final List<URI> sources;
  private final Fetch fetch;
  private final Map<URI, Read> read = new HashMap<>(); // guarded by refreshing
  private final ReentrantLock refreshing = new ReentrantLock();
  private volatile Map<String, TrustedKey> keys = Map.of();
  private volatile Instant tried = Instant.MIN;

  JwkSets(List<URI> sources, Fetch fetch) {
    this.sources = sources;
    this.fetch = fetch;
  }

  Optional<TrustedKey> find(String kid, Instant now) {
    if (sources.isEmpty()) return Optional.empty();
    var there = Optional.ofNullable(keys.get(kid));
    Duration wait = there.isPresent() ? FRESH : PAUSE;
    if (tried.equals(Instant.MIN) || !now.isBefore(tried.plus(wait))) refresh(now, wait);
    return Optional.ofNullable(keys.get(kid));
  }

  /** By one thread; others wait only where they know no key at all. */
  private void refresh(Instant now, Duration wait) {
    if (keys.isEmpty()) refreshing.lock();
    else if (!refreshing.tryLock()) return;
    try {
      if (!tried.equals(Instant.MIN) && now.isBefore(tried.plus(wait))) return; // another did it
      for (URI source : sources) {
        var fresh = keysOf(source);
        fresh.ifPresent(found -> read.put(source, new Read(found, now)));
      }
      read.values().removeIf(one -> now.isAfter(one.at().plus(STALE)));
      var all = new HashMap<String, TrustedKey>();
      for (Read one : read.values()) one.keys().forEach(all::putIfAbsent);
      keys = Map.copyOf(all);
      tried = now;
    } finally {
      refreshing.unlock();
    }
  }

  private Optional<Map<String, TrustedKey>> keysOf(URI source) {
    var direct = document(source).flatMap(JwkSets::keys);
    if (direct.isPresent() || "file".equals(source.getScheme())) return direct;
    return document(URI.create(withoutSlash(source) + "/.well-known/openid-configuration"))
        .flatMap(found -> found.string("jwks_uri"))
        .flatMap(JwkSets::httpsUri)
        .flatMap(this::document)
        .flatMap(JwkSets::keys);
  }

  private static String withoutSlash(URI source) {
    String text = source.toString();
    return text.endsWith("/") ? text.substring(0, text.length() - 1) : text;
  }

  private static Optional<URI> httpsUri(String text) {
    try {
      return Optional.of(URI.create(text)).filter(uri -> "https".equals(uri.getScheme()));
    } catch (IllegalArgumentException e) {
      return Optional.empty();
    }
  }

  private Optional<JsonObject> document(URI address) {
    try {
      return Json.object(fetch.get(address)) instanceof Outcome.Granted<JsonObject>(var found)
          ? Optional.of(found)
          : Optional.empty();
    } catch (IOException e) {
      LOG.log(Level.WARNING, "no JWK set from {0}: {1}", address, e.getMessage());
      return Optional.empty();
    }
  }

  /** Keys that are no use here (encryption, other kinds, without kid) are passed over. */
  private static Optional<Map<String, TrustedKey>> keys(JsonObject set) {
    var entries = set.array("keys");
    if (entries.isEmpty() || entries.get().size() > MAX_KEYS) return Optional.empty();
    var found = new HashMap<String, TrustedKey>();
    for (JsonValue entry : entries.get()) {
      if (!(entry instanceof JsonObject jwk) || "enc".equals(jwk.string("use").orElse("")))
        continue;
      var kid = jwk.string("kid");
      if (kid.isPresent()
          && TrustedKey.foreign(jwk) instanceof Outcome.Granted<TrustedKey>(var key))
        found.put(kid.get(), key);
    }
    return Optional.of(found);
  }
}
