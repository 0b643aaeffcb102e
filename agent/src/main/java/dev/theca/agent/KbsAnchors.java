package dev.theca.agent;

import dev.theca.sealfs.Anchor;
import dev.theca.wire.Code;
import dev.theca.wire.Outcome;
import dev.theca.wire.json.Json;
import dev.theca.wire.json.JsonObject;
import dev.theca.wire.json.JsonString;
import dev.theca.wire.json.JsonValue;
import java.util.HexFormat;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/**
 * The broker's plugin {@code anchor} (docs/how/plugins.md). An answer is believed as far as the
 * connection is: over plain HTTP the host can make it up.
 */
final class KbsAnchors implements VolumeAnchors {
  private static final long PATIENCE_NANOS = TimeUnit.SECONDS.toNanos(40);
  private static final long PAUSE_NANOS = TimeUnit.SECONDS.toNanos(1);

  private final KbsClient kbs;

  KbsAnchors(KbsClient kbs) {
    this.kbs = kbs;
  }

  @Override
  public Outcome<Optional<Anchor>> read(String volume) {
    return kbs.plugin("GET", "/anchor/" + volume, new byte[0])
        .then(
            answer ->
                switch (answer.status()) {
                  case 200 -> Json.object(answer.body()).then(KbsAnchors::anchor).map(Optional::of);
                  case 404 ->
                      answer.isError("ResourceNotFound")
                          ? Outcome.granted(Optional.empty())
                          : refused(volume, "no such plugin");
                  default -> answer.refused("anchor of volume " + volume);
                });
  }

  @Override
  public Outcome<Anchor> advance(String volume, Optional<Anchor> expected, Anchor next) {
    var move =
        JsonObject.builder()
            .put(
                "expected", expected.<JsonValue>map(KbsAnchors::json).orElse(new JsonString("new")))
            .put("next", json(next))
            .build();
    return put(volume, Json.write(move))
        .then(
            answer ->
                switch (answer.status()) {
                  case 200 -> Outcome.granted(next);
                  case 409 -> moved(volume, answer.body(), next);
                  default -> answer.refused("anchor of volume " + volume);
                });
  }

  /** A broker that is away for a moment must not end a volume: whoever waits does so for longer. */
  private Outcome<KbsClient.Answer> put(String volume, byte[] move) {
    long end = System.nanoTime() + PATIENCE_NANOS;
    while (true) {
      try {
        return kbs.plugin("PUT", "/anchor/" + volume, move);
      } catch (AgentFault e) {
        if (System.nanoTime() > end || Thread.currentThread().isInterrupted()) throw e;
        LockSupport.parkNanos(PAUSE_NANOS);
      }
    }
  }

  /** It is there already when an earlier answer was lost on its way. */
  private static Outcome<Anchor> moved(String volume, byte[] body, Anchor next) {
    return Json.object(body)
        .then(json -> json.requireObject("found"))
        .then(KbsAnchors::anchor)
        .then(
            found ->
                found.equals(next)
                    ? Outcome.granted(next)
                    : refused(volume, "sequence " + found.sequence() + ", written by another"));
  }

  private static JsonObject json(Anchor anchor) {
    return JsonObject.builder()
        .put("sequence", anchor.sequence())
        .put("chain", HexFormat.of().formatHex(anchor.chain()))
        .build();
  }

  private static Outcome<Anchor> anchor(JsonObject json) {
    return json.requireInteger("sequence")
        .then(
            sequence ->
                json.requireString("chain")
                    .then(
                        chain ->
                            sequence >= 0 && chain.matches("[0-9a-f]{64}")
                                ? Outcome.granted(
                                    new Anchor(sequence, HexFormat.of().parseHex(chain)))
                                : refused("", "another form")));
  }

  private static <T> Outcome<T> refused(String volume, String found) {
    return Outcome.refused(
        Code.of("volume-anchor"),
        "anchor of volume " + volume + " at the broker",
        "the one that this agent wrote last",
        found,
        "run one pod with this volume at a time, and let the broker have its plugin 'anchor'");
  }
}
