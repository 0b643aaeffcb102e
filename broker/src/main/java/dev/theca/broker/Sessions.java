package dev.theca.broker;

import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Handshakes in progress and attested sessions, in memory, at most {@link #MAX}: the oldest make
 * room, so that nobody fills the broker with unanswered challenges. A nonce survives three
 * failures.
 */
final class Sessions {
  static final Duration LIFE = Duration.ofMinutes(5);
  private static final int MAX = 20_000;
  private static final int TRIES = 3;

  /** One session; {@code attested} is absent until evidence was believed. */
  static final class Session {
    final String id;
    final String tee;
    final String nonce;
    final Instant end;
    private int failures;
    private @Nullable Attested attested;

    Session(String id, String tee, String nonce, Instant end) {
      this.id = id;
      this.tee = tee;
      this.nonce = nonce;
      this.end = end;
    }

    synchronized Optional<Attested> attested() {
      return Optional.ofNullable(attested);
    }

    synchronized void attested(Attested now) {
      attested = now;
    }

    synchronized boolean failed() {
      return ++failures >= TRIES;
    }
  }

  private final SecureRandom random = new SecureRandom();
  private final Map<String, Session> sessions =
      new LinkedHashMap<>() {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<String, Session> eldest) {
          return size() > MAX;
        }
      };

  synchronized Session begin(String tee, Instant now) {
    byte[] id = new byte[16];
    byte[] nonce = new byte[32];
    random.nextBytes(id);
    random.nextBytes(nonce);
    var session =
        new Session(
            HexFormat.of().formatHex(id),
            tee,
            Base64.getEncoder().encodeToString(nonce),
            now.plus(LIFE));
    sessions.put(session.id, session);
    return session;
  }

  synchronized Optional<Session> find(String id, Instant now) {
    var session = sessions.get(id);
    if (session == null || now.isBefore(session.end)) return Optional.ofNullable(session);
    sessions.remove(id);
    return Optional.empty();
  }

  synchronized void drop(String id) {
    sessions.remove(id);
  }

  synchronized int size() {
    return sessions.size();
  }
}
