package dev.theca.image.remote;

import java.time.Duration;

/**
 * How long a registry may take, phase by phase. No limit is on a whole blob: as long as it moves,
 * it may move.
 *
 * @param connect until a connection stands
 * @param answer from the end of a request to the headers of its answer
 * @param idle between two reads of a body; also between two writes of one
 * @param document for a small answer in all: a manifest, a token, a list
 * @param leastBytesPerMinute what a blob must bring while somebody waits for it
 */
public record Timeouts(
    Duration connect, Duration answer, Duration idle, Duration document, int leastBytesPerMinute) {
  public static final Timeouts STANDARD =
      new Timeouts(
          Duration.ofSeconds(10),
          Duration.ofSeconds(60),
          Duration.ofSeconds(30),
          Duration.ofSeconds(60),
          16 << 10);

  public Timeouts withConnect(Duration limit) {
    return new Timeouts(limit, answer, idle, document, leastBytesPerMinute);
  }

  public Timeouts withAnswer(Duration limit) {
    return new Timeouts(connect, limit, idle, document, leastBytesPerMinute);
  }

  public Timeouts withIdle(Duration limit) {
    return new Timeouts(connect, answer, limit, document, leastBytesPerMinute);
  }

  public Timeouts withDocument(Duration limit) {
    return new Timeouts(connect, answer, idle, limit, leastBytesPerMinute);
  }
}
