package dev.theca.broker;

import dev.theca.broker.http.Answer;
import dev.theca.broker.http.Handler;
import dev.theca.broker.http.Problems;
import dev.theca.broker.http.RateLimiter;
import dev.theca.broker.http.RateLimiter.Kind;
import dev.theca.broker.http.Request;
import dev.theca.wire.kbs.Kbs;
import java.util.Set;

/**
 * Counts what is suspicious by address: attestations that were refused, and administrators'
 * credentials that were not believed. Whoever has failed too often waits before the next attempt is
 * even looked at. The front counts challenges and requests as such. A token that a workload shows
 * is no guess: it expires every few minutes, and its client must hear 401 to begin anew, however
 * many of them stand behind one address.
 */
final class Limited implements Handler {
  private static final String AUTH = Kbs.PREFIX + "/auth";
  private static final String ATTEST = Kbs.PREFIX + "/attest";
  private static final Set<String> ADMINS =
      Set.of("reference-value", "resource-policy", "attestation-policy");

  private final Handler inner;
  private final RateLimiter limiter;

  Limited(Handler inner, RateLimiter limiter) {
    this.inner = inner;
    this.limiter = limiter;
  }

  @Override
  public Answer handle(Request request) {
    String address = request.remote();
    if (request.path().equals(AUTH)) return inner.handle(request);
    boolean attests = request.path().equals(ATTEST);
    Kind kind = attests ? Kind.FAILED_ATTEST : Kind.FAILED_ADMIN;
    if (!attests && request.bearer().isEmpty()) return inner.handle(request);
    if (!isWorkload(request) && !limiter.has(kind, address)) return later(kind, address);
    var answer = inner.handle(request);
    if (attests ? answer.status() == 400 || answer.status() == 401 : isUnbelieved(answer)) {
      boolean unused = limiter.take(kind, address);
    }
    return answer;
  }

  /** What attested workloads get; other paths of the protocol are administrators'. */
  private static boolean isWorkload(Request request) {
    return request.method().equals("GET")
        && request.path().startsWith(Kbs.PREFIX + "/")
        && !ADMINS.contains(request.segments().get(2));
  }

  /** RFC 6750, section 3: said to administrators alone. */
  private static boolean isUnbelieved(Answer answer) {
    return answer.status() == 401 && answer.headers().containsKey("WWW-Authenticate");
  }

  private Answer later(Kind kind, String address) {
    return Problems.tooMany(Math.max(1, limiter.secondsUntil(kind, address)));
  }
}
