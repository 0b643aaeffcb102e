package dev.theca.image.remote;

import dev.theca.image.ImageException;
import dev.theca.wire.Outcome;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.net.URI;
import java.security.cert.CertificateException;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import javax.net.ssl.SSLException;

/**
 * One registry host. Answers challenges, follows a few redirects (Authorization stays with the
 * host), and tries again what may pass. A host that is named as insecure is asked once whether it
 * speaks plain text or TLS; any other is asked over TLS, always.
 */
final class Host {
  private static final int HOPS = 5;

  private final Origin origin;
  private final RemoteSettings settings;
  private final Http http;
  private final Authorization authorization;
  private final Semaphore reads;
  private final Semaphore writes;
  private final ReentrantLock finding = new ReentrantLock();
  private volatile String scheme;

  Host(Origin origin, RemoteSettings settings, Http http) {
    this.origin = origin;
    this.settings = settings;
    this.http = http;
    this.authorization = new Authorization(origin, settings, new TokenServer(http, settings));
    this.reads = new Semaphore(settings.connectionsPerHost(), true);
    this.writes = new Semaphore(settings.connectionsPerHost(), true);
    this.scheme = origin.insecure() ? "" : "https";
  }

  String name() {
    return origin.name();
  }

  RemoteSettings settings() {
    return settings;
  }

  String credentials(Scope scope) {
    return authorization.shown(scope);
  }

  /** Tries until an answer counts; 429 and the like after the last try are a fault. */
  Outcome<Answer> send(Call call) {
    for (int tries = 1; ; tries++) {
      try {
        var outcome = once(call);
        if (!(outcome instanceof Outcome.Granted<Answer>(var answer))
            || !Retries.mayPass(answer.status())) return outcome;
        if (tries >= settings.retries().attempts())
          throw new ImageException(
              name()
                  + " answers "
                  + answer.said(settings.timeouts().document())
                  + " after "
                  + tries
                  + " tries");
        var pause = settings.retries().after(tries, answer.headers(), settings.clock());
        answer.drain(settings.timeouts().idle());
        Retries.pause(pause);
      } catch (IOException e) {
        if (tries >= settings.retries().attempts() || e instanceof InterruptedIOException)
          throw new ImageException(name() + " does not answer: " + words(e), e);
        Retries.pause(settings.retries().after(tries));
      }
    }
  }

  /** One try. A broken connection is thrown, for callers who know how to go on. */
  Outcome<Answer> once(Call call) throws IOException {
    try {
      var known = authorization.known(call.scope());
      if (known instanceof Outcome.Refused<Optional<String>> no) return no.as();
      var address = address(call.target());
      if (address instanceof Outcome.Refused<URI> no) return no.as();
      URI at = address.orThrow();
      var first = followed(call, at, known.orThrow());
      if (!(first instanceof Outcome.Granted<Answer>(var answer))
          || answer.status() != 401
          || !Origin.same(at, answer.uri())
          || !isOurs(at)) return first;
      var header = authorization.answer(answer, call.scope(), known.orThrow());
      if (header instanceof Outcome.Refused<Optional<String>> no) {
        answer.close();
        return no.as();
      }
      if (header.orThrow().isEmpty()) return first;
      answer.drain(settings.timeouts().idle());
      return followed(call, at, header.orThrow());
    } catch (Head.Malformed e) {
      return no("answer", "one of HTTP/1.1 that has one meaning", e.what());
    } catch (SSLException e) {
      if (!untrusted(e)) throw e;
      return RemoteCode.IMAGE_REGISTRY_TLS.no(
          "certificate of " + name(),
          "one of a known authority, for this host",
          words(e),
          "give the authority's certificate to the client, or correct the registry's name");
    }
  }

  private static boolean untrusted(Throwable fault) {
    for (Throwable e = fault; e != null; e = e.getCause())
      if (e instanceof CertificateException) return true;
    return false;
  }

  private static String words(Throwable e) {
    String text = e.getMessage() == null ? e.getClass().getSimpleName() : e.getMessage();
    return text.substring(0, Math.min(text.length(), 200)).replaceAll("[^ -~]", "?");
  }

  private Outcome<Answer> followed(Call call, URI start, Optional<String> header)
      throws IOException {
    URI at = start;
    boolean named = isOurs(start);
    for (int hop = 0; ; hop++) {
      boolean shown = header.isPresent() && named && Origin.same(start, at);
      var more = shown ? Map.of("Authorization", header.get()) : Map.<String, String>of();
      var answer = http.send(call, at, more, origin.unvouched(at));
      if (!moved(answer.status()) || !call.reads()) return plain(answer);
      String location = answer.header("Location");
      answer.drain(settings.timeouts().idle());
      if (hop == HOPS || location.isEmpty())
        return no("redirects", "at most " + HOPS, location.isEmpty() ? "one to nowhere" : "more");
      URI next;
      try {
        next = at.resolve(location);
      } catch (IllegalArgumentException e) {
        return no("redirect", "an address", "something else");
      }
      if (!origin.mayFollow(at, next))
        return RemoteCode.IMAGE_REGISTRY_TLS.no(
            "redirect of " + name(),
            "an https address, or a host that is named as insecure",
            next.getScheme() + "://" + next.getHost(),
            "ask the registry's owner why it leads there");
      at = next;
    }
  }

  private static boolean moved(int status) {
    return status == 301 || status == 302 || status == 303 || status == 307 || status == 308;
  }

  /** A body that is packed would have to be unpacked before anybody can check it. */
  private Outcome<Answer> plain(Answer answer) {
    String encoding = answer.header("Content-Encoding");
    if (encoding.isEmpty() || encoding.equalsIgnoreCase("identity")) return Outcome.granted(answer);
    answer.close();
    return no("encoding of an answer", "none, as was asked", "another");
  }

  <T> Outcome<T> no(String what, String expected, String found) {
    return RemoteCode.IMAGE_REGISTRY_ANSWER.no(
        what + " of " + name(),
        expected,
        found,
        "use a registry that follows the OCI distribution specification");
  }

  /** An upload may go on at another host; that one sees no credentials of this one. */
  private boolean isOurs(URI uri) {
    return origin.authority().equalsIgnoreCase(uri.getRawAuthority());
  }

  private Outcome<URI> address(String target) throws IOException {
    URI base = URI.create(scheme() + "://" + origin.authority());
    try {
      URI uri = base.resolve(target);
      boolean may =
          isOurs(uri) ? base.getScheme().equals(uri.getScheme()) : origin.mayFollow(base, uri);
      if (may) return Outcome.granted(uri);
      return RemoteCode.IMAGE_REGISTRY_TLS.no(
          "address that " + name() + " gave",
          "an https address, or a host that is named as insecure",
          uri.getScheme() + "://" + uri.getHost(),
          "correct the outer address in the registry's configuration");
    } catch (IllegalArgumentException e) {
      return no("address", "a URI", "something else");
    }
  }

  private String scheme() throws IOException {
    if (!scheme.isEmpty()) return scheme;
    finding.lock();
    try {
      if (scheme.isEmpty()) scheme = found();
      return scheme;
    } finally {
      finding.unlock();
    }
  }

  /**
   * Port 80 or 443 tell by themselves; behind another port TLS servers answer plain text by 400.
   */
  private String found() throws IOException {
    String[] order =
        origin.hasPort() ? new String[] {"http", "https"} : new String[] {"https", "http"};
    String fallback = "";
    IOException fault = new IOException("no answer");
    for (String candidate : order) {
      URI at = URI.create(candidate + "://" + origin.authority() + "/v2/");
      try (var answer = http.send(Call.of("GET", "/v2/", Scope.pull("")), at, Map.of(), true)) {
        if (candidate.equals("https") || answer.status() != 400) return candidate;
        fallback = candidate;
      } catch (IOException e) {
        fault = e;
      }
    }
    if (fallback.isEmpty()) throw fault;
    return fallback;
  }

  /**
   * A place among the blobs that are read from this host. Whoever waits longer than the idle limit
   * goes ahead: the holders may be waiting for him, since layers are applied in order.
   */
  Runnable reading() {
    return place(reads);
  }

  /** A place among the chunks that are sent; apart, since who sends may be holding one to read. */
  Runnable writing() {
    return place(writes);
  }

  private Runnable place(Semaphore places) {
    try {
      if (!places.tryAcquire(settings.timeouts().idle().toMillis(), TimeUnit.MILLISECONDS))
        return () -> {};
      return places::release;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new ImageException("interrupted while waiting for " + name(), e);
    }
  }
}
