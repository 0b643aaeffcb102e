package dev.theca.broker;

import dev.theca.broker.http.Answer;
import dev.theca.broker.http.Handler;
import dev.theca.broker.http.Problems;
import dev.theca.broker.http.RateLimiter;
import dev.theca.broker.http.RateLimiter.Kind;
import dev.theca.broker.http.Request;
import dev.theca.wire.kbs.Kbs;

/**
 * Counts what is suspicious by address: attestations that were refused, and credentials that were
 * not believed. Whoever has failed too often waits before the next attempt is even looked at. The
 * front counts challenges and requests as such.
 */
final class Limited implements Handler {
  private static final String AUTH = Kbs.PREFIX + "/auth";
  private static final String ATTEST = Kbs.PREFIX + "/attest";

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
    Kind kind = request.path().equals(ATTEST) ? Kind.FAILED_ATTEST : Kind.FAILED_ADMIN;
    if (kind == Kind.FAILED_ADMIN && request.bearer().isEmpty()) return inner.handle(request);
    if (!limiter.has(kind, address)) return later(kind, address);
    var answer = inner.handle(request);
    if (answer.status() == 401) {
      boolean unused = limiter.take(kind, address);
    }
    return answer;
  }

  private Answer later(Kind kind, String address) {
    return Problems.tooMany(Math.max(1, limiter.secondsUntil(kind, address)));
  }
}
