package dev.theca.cli.seal.jobs;

import dev.theca.image.Descriptor;
import dev.theca.image.Progress;
import dev.theca.wire.Digest;
import dev.theca.wire.Outcome;
import dev.theca.wire.json.JsonArray;
import dev.theca.wire.json.JsonObject;
import dev.theca.wire.json.JsonValue;
import dev.theca.wire.json.RefusalJson;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Future;

/** One image that is sealed, or was. Safe for several threads. */
final class Job implements Progress {
  /** Where a job is; only the first two can be cancelled. */
  enum State {
    WAITING,
    RUNNING,
    DONE,
    REFUSED,
    FAILED,
    CANCELLED
  }

  private record Layer(Descriptor blob, Step step, long bytes) {}

  private final String id;
  private final JobSpec spec;
  private final Instant created;
  private final Map<Digest, Layer> layers = new LinkedHashMap<>();
  private State state = State.WAITING;
  private JsonObject result = JsonObject.builder().build();
  private Optional<Future<?>> work = Optional.empty();

  Job(String id, JobSpec spec, Instant created) {
    this.id = id;
    this.spec = spec;
    this.created = created;
  }

  String id() {
    return id;
  }

  JobSpec spec() {
    return spec;
  }

  synchronized void runBy(Future<?> future) {
    work = Optional.of(future);
  }

  /** False when somebody cancelled it before. */
  synchronized boolean begin() {
    if (state != State.WAITING) return false;
    state = State.RUNNING;
    return true;
  }

  synchronized boolean over() {
    return state != State.WAITING && state != State.RUNNING;
  }

  synchronized State state() {
    return state;
  }

  synchronized void end(Outcome<JsonObject> outcome) {
    if (over()) return;
    switch (outcome) {
      case Outcome.Granted<JsonObject>(var made) -> {
        state = State.DONE;
        result = JsonObject.builder().put("image", made).build();
      }
      case Outcome.Refused<JsonObject>(var reasons) -> {
        state = State.REFUSED;
        var list = reasons.stream().<JsonValue>map(RefusalJson::write).toList();
        result = JsonObject.builder().put("reasons", new JsonArray(list)).build();
      }
    }
  }

  /** Ended by a fault; its words are for the service's log, the caller sees that it happened. */
  synchronized void fail() {
    if (!over()) state = State.FAILED;
  }

  /** Whether it was still under way. */
  synchronized boolean cancel() {
    if (over()) return false;
    state = State.CANCELLED;
    work.ifPresent(future -> future.cancel(true));
    return true;
  }

  @Override
  public synchronized void blob(Descriptor blob, Step step, long bytes) {
    layers.put(blob.digest(), new Layer(blob, step, bytes));
  }

  synchronized JsonObject json() {
    var moved = new java.util.ArrayList<JsonValue>();
    for (Layer layer : layers.values())
      moved.add(
          JsonObject.builder()
              .put("digest", layer.blob().digest().toString())
              .put("size_bytes", layer.blob().size())
              .put("moved_bytes", layer.bytes())
              .put("step", layer.step().name().toLowerCase(Locale.ROOT))
              .build());
    var out =
        JsonObject.builder()
            .put("id", id)
            .put("state", state.name().toLowerCase(Locale.ROOT))
            .put("created", created.toString())
            .put("source", spec.source())
            .put("destination", spec.destination())
            .put("blobs", new JsonArray(moved));
    result.members().forEach(out::put);
    return out.build();
  }
}
