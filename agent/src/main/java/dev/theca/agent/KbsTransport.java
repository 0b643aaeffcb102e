package dev.theca.agent;

import dev.theca.image.remote.DirectServer;
import dev.theca.image.remote.DirectServer.Said;
import dev.theca.wire.kbs.Kbs;
import dev.theca.wire.kbs.PodName;
import java.io.IOException;
import java.net.URI;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Optional;
import java.util.Set;
import java.util.random.RandomGenerator;

/**
 * Requests to a broker: bounded in time and size, and sent again after a pause when the broker says
 * that it is busy. The pause doubles, with chance in it, unless the broker names a longer one.
 */
final class KbsTransport {
  private static final Duration CONNECT = Duration.ofSeconds(10);
  private static final Duration LIMIT = Duration.ofSeconds(30);
  private static final Duration PATIENCE = Duration.ofSeconds(45);
  private static final Set<Integer> BUSY = Set.of(429, 503);
  private static final long FIRST_PAUSE_MILLIS = 100;
  private static final long MAX_PAUSE_MILLIS = 10_000;

  private final URI base;
  private final Optional<PodName> pod;
  private final DirectServer broker;
  private final RandomGenerator chance = RandomGenerator.getDefault();

  /**
   * @param pod what the host says which pod this is; the broker is told, and nothing is decided by
   *     it
   */
  KbsTransport(URI base, int maxAnswer, Optional<PodName> pod) {
    this.base = base;
    this.pod = pod;
    this.broker = new DirectServer(base, CONNECT, LIMIT, maxAnswer);
  }

  /** The answer; that of a busy broker only when patience is at an end. */
  Said send(String method, String path, byte[] body, String cookie) {
    long end = System.nanoTime() + PATIENCE.toNanos();
    long pause = FIRST_PAUSE_MILLIS;
    while (true) {
      var answer = once(method, path, body, cookie);
      long wait = Math.max(pause / 2 + chance.nextLong(pause), asked(answer));
      boolean late = System.nanoTime() + wait * 1_000_000 > end;
      if (late || !BUSY.contains(answer.status())) return answer;
      sleep(wait);
      pause = Math.min(pause * 2, MAX_PAUSE_MILLIS);
    }
  }

  /** Retry-After in seconds (RFC 9110, section 10.2.3); its dates are not read. */
  private static long asked(Said answer) {
    var said = answer.all("Retry-After");
    String value = said.isEmpty() ? "" : said.getFirst();
    return value.matches("[0-9]{1,4}")
        ? Math.min(Long.parseLong(value) * 1000, MAX_PAUSE_MILLIS)
        : 0;
  }

  private Said once(String method, String path, byte[] body, String cookie) {
    var fields = new LinkedHashMap<String, String>();
    fields.put("Content-Type", "application/json");
    pod.ifPresent(name -> fields.put(PodName.HEADER, name.toString()));
    if (!cookie.isEmpty()) fields.put("Cookie", Kbs.COOKIE + "=" + cookie);
    try {
      return broker.ask(method, Kbs.PREFIX + path, fields, body);
    } catch (IOException e) {
      if (Thread.currentThread().isInterrupted())
        throw new AgentFault("interrupted while asking the broker", e);
      throw new AgentFault("the broker at " + base + " does not answer: " + e, e);
    }
  }

  private static void sleep(long millis) {
    try {
      Thread.sleep(millis);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new AgentFault("interrupted while waiting for the broker", e);
    }
  }
}
