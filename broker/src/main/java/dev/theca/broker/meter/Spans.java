package dev.theca.broker.meter;

import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Supplier;

/**
 * Collects spans for an exporter. A full queue drops them: requests never wait. A caller's choice
 * not to sample is followed.
 */
public final class Spans implements Tracer {
  private static final ScopedValue<Place> PLACE = ScopedValue.newInstance();

  private record Place(String traceId, String spanId) {}

  private final BlockingQueue<Span> queue;
  private final LongAdder dropped = new LongAdder();
  private final double share;
  private final InstantSource clock;

  /**
   * Keeps up to {@code capacity} spans until they are taken.
   *
   * @param share of the requests without traceparent that are traced, 0 to 1
   */
  public Spans(int capacity, double share, InstantSource clock) {
    this.queue = new ArrayBlockingQueue<>(capacity);
    this.share = share;
    this.clock = clock;
  }

  @Override
  public <T> T root(String stage, String traceparent, Supplier<T> work) {
    var parent = traceparent.isEmpty() ? null : TraceParent.parse(traceparent).orElse(null);
    boolean sampled =
        parent == null ? ThreadLocalRandom.current().nextDouble() < share : parent.sampled();
    if (!sampled) return work.get();
    return timed(
        stage,
        parent == null ? id(16) : parent.traceId(),
        parent == null ? "" : parent.spanId(),
        true,
        work);
  }

  @Override
  public <T> T stage(String stage, Supplier<T> work) {
    if (!PLACE.isBound()) return work.get();
    var place = PLACE.get();
    return timed(stage, place.traceId(), place.spanId(), false, work);
  }

  private <T> T timed(
      String stage, String traceId, String parentId, boolean root, Supplier<T> work) {
    String spanId = id(8);
    Instant begun = clock.instant();
    long tick = System.nanoTime();
    boolean failed = true;
    try {
      T result = ScopedValue.where(PLACE, new Place(traceId, spanId)).call(work::get);
      failed = false;
      return result;
    } finally {
      long start = begun.getEpochSecond() * 1_000_000_000L + begun.getNano();
      long end = start + (System.nanoTime() - tick);
      var span = new Span(traceId, spanId, parentId, stage, root, start, end, failed);
      if (!queue.offer(span)) dropped.increment();
    }
  }

  /** Ids need to be unlike each other, not secret. */
  private static String id(int bytes) {
    byte[] id = new byte[bytes];
    do {
      ThreadLocalRandom.current().nextBytes(id);
    } while (id[0] == 0); // all zero is invalid; this way it never is
    return HexFormat.of().formatHex(id);
  }

  /** How many found no room. */
  public long dropped() {
    return dropped.sum();
  }

  List<Span> take(int most) {
    var batch = new ArrayList<Span>();
    queue.drainTo(batch, most);
    return List.copyOf(batch);
  }
}
