package dev.theca.cli.broker;

import dev.theca.broker.AdminCall;
import dev.theca.broker.BrokerAdmin;
import dev.theca.wire.Outcome;
import dev.theca.wire.json.Json;
import dev.theca.wire.json.JsonObject;
import dev.theca.wire.json.JsonValue;
import dev.theca.wire.secret.Secret;
import java.util.Optional;
import java.util.function.Function;

/**
 * Resources of a broker as documents that are read, changed and written back. What somebody else
 * wrote in between is never lost: the broker refuses a change that was made from an older version.
 */
public final class Documents {
  private static final int TRIES = 5;

  private final BrokerAdmin broker;

  public Documents(BrokerAdmin broker) {
    this.broker = broker;
  }

  /** Stores a secret that must not exist yet; refused when it does. */
  public Outcome<Boolean> create(String path, Secret value) {
    return value.lend(bytes -> put(path, bytes, 0)).map(info -> true);
  }

  /** The newest version of what somebody put; empty when there is none. */
  public Outcome<Optional<Secret>> read(String path) {
    return last(path).map(found -> found.map(version -> Secret.moveFrom(version.bytes())));
  }

  /** Stores bytes as a new version, unless the last version has just these. */
  public Outcome<Boolean> publish(String path, byte[] bytes) {
    return last(path)
        .then(
            found ->
                found.isPresent() && java.util.Arrays.equals(found.get().bytes(), bytes)
                    ? Outcome.granted(false)
                    : put(path, bytes, found.map(Version::number).orElse(0L)).map(info -> true));
  }

  /**
   * Changes a JSON document; {@code change} gets what is there, and may be asked again when
   * somebody else was quicker. Whether there was anything to change.
   */
  public Outcome<Boolean> edit(
      String path, Function<Optional<JsonObject>, Outcome<JsonObject>> change) {
    for (int tried = 1; ; tried++) {
      var done = once(path, change);
      boolean moved =
          done instanceof Outcome.Refused<Boolean>(var reasons)
              && reasons.getFirst().code().id().equals("resource-version-moved");
      if (!moved || tried == TRIES) return done;
    }
  }

  private Outcome<Boolean> once(
      String path, Function<Optional<JsonObject>, Outcome<JsonObject>> change) {
    return last(path)
        .then(
            found ->
                parsed(found)
                    .then(
                        before ->
                            change
                                .apply(before)
                                .then(
                                    after ->
                                        before.isPresent() && before.get().equals(after)
                                            ? Outcome.granted(false)
                                            : put(
                                                    path,
                                                    Json.write(after),
                                                    found.map(Version::number).orElse(0L))
                                                .map(info -> true))));
  }

  private static Outcome<Optional<JsonObject>> parsed(Optional<Version> found) {
    return found.isEmpty()
        ? Outcome.granted(Optional.empty())
        : Json.object(found.get().bytes()).map(Optional::of);
  }

  private record Version(long number, byte[] bytes) {}

  /** The newest version's number and content; empty when there is no such resource. */
  private Outcome<Optional<Version>> last(String path) {
    var name = ResourcePath.of(path);
    var listed = broker.askJson(AdminCall.get(name.route()));
    if (listed instanceof Outcome.Refused<JsonObject>(var reasons))
      return reasons.getFirst().code().id().equals("resource-missing")
          ? Outcome.granted(Optional.empty())
          : listed.map(answer -> Optional.empty());
    long number = 0;
    for (JsonValue version : listed.orThrow().array("versions").orElse(java.util.List.of()))
      if (version instanceof JsonObject one)
        number = Math.max(number, one.integer("version").orElse(0L));
    long newest = number;
    return broker
        .ask(AdminCall.get(name.version(newest) + "/value"))
        .map(bytes -> Optional.of(new Version(newest, bytes)));
  }

  private Outcome<JsonObject> put(String path, byte[] bytes, long ifVersion) {
    return broker.askJson(
        AdminCall.post(ResourcePath.of(path).route() + "/versions")
            .with("if_version", ifVersion + "")
            .with(bytes));
  }
}
