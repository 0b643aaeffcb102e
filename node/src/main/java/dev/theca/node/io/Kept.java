package dev.theca.node.io;

import dev.theca.linux.Fd;
import dev.theca.wire.json.Json;
import dev.theca.wire.json.JsonArray;
import dev.theca.wire.json.JsonObject;
import dev.theca.wire.json.JsonValue;
import java.util.ArrayList;
import java.util.Base64;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * The open streams of a process on their way from one program to the next in this daemon's process
 * (an upgrade in place): numbers of descriptors, and bytes that a relay held.
 *
 * @param source where input comes from
 * @param input our writing end of it
 * @param pipe where input goes when there is no terminal
 * @param kept reading ends of its outputs
 * @param target where a terminal's output goes
 * @param program number of a logging program, 0 = none
 * @param ahead input, or output of a terminal, that was read and not yet passed on
 */
public record Kept(
    OptionalInt master,
    OptionalInt source,
    OptionalInt input,
    OptionalInt pipe,
    List<Integer> kept,
    OptionalInt target,
    long program,
    byte[] ahead) {
  public Kept {
    kept = List.copyOf(kept);
  }

  /** Outputs only. */
  static Kept outputs(List<Integer> kept, long program) {
    var none = OptionalInt.empty();
    return new Kept(none, none, none, none, kept, none, program, new byte[0]);
  }

  static OptionalInt number(Optional<Fd> fd) {
    return fd.isPresent() ? OptionalInt.of(fd.get().number()) : OptionalInt.empty();
  }

  /** All numbers. */
  public Collection<Integer> descriptors() {
    var all = new ArrayList<>(kept);
    for (var one : List.of(master, source, input, pipe, target)) one.ifPresent(all::add);
    return all;
  }

  public JsonObject json() {
    var json = JsonObject.builder();
    master.ifPresent(fd -> json.put("master", fd));
    source.ifPresent(fd -> json.put("source", fd));
    input.ifPresent(fd -> json.put("input", fd));
    pipe.ifPresent(fd -> json.put("pipe", fd));
    target.ifPresent(fd -> json.put("target", fd));
    return json.put(
            "kept",
            new JsonArray(
                kept.stream().<JsonValue>map(dev.theca.wire.json.JsonNumber::of).toList()))
        .put("program", program)
        .put("ahead", Base64.getEncoder().encodeToString(ahead))
        .build();
  }

  public static Kept of(JsonObject json) {
    var kept = new ArrayList<Integer>();
    for (JsonValue item : json.requireArray("kept").orThrow())
      kept.add(Integer.parseInt(Json.text(item)));
    return new Kept(
        number(json, "master"),
        number(json, "source"),
        number(json, "input"),
        number(json, "pipe"),
        kept,
        number(json, "target"),
        json.requireInteger("program").orThrow(),
        Base64.getDecoder().decode(json.requireString("ahead").orThrow()));
  }

  private static OptionalInt number(JsonObject json, String name) {
    Optional<Long> value = json.integer(name);
    return value.isPresent() ? OptionalInt.of(value.get().intValue()) : OptionalInt.empty();
  }
}
