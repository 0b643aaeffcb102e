package dev.theca.node.plain;

import dev.theca.node.pod.Body;
import dev.theca.node.pod.BodyRequest;
import dev.theca.node.rootfs.RootfsMounts;
import dev.theca.node.runc.Runc;
import dev.theca.node.runc.Streams;
import dev.theca.wire.Outcome;
import dev.theca.wire.json.Json;
import dev.theca.wire.json.JsonObject;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** A container as its bundle describes it. */
final class PlainBody implements Body {
  private final BodyRequest request;
  private final Runc runc;
  private final RootfsMounts mounts;

  PlainBody(BodyRequest request, Runc runc, RootfsMounts mounts) {
    this.request = request;
    this.runc = runc;
    this.mounts = mounts;
  }

  @Override
  public Outcome<Long> create(Streams streams) {
    if (!OomScore.isNamed(request.spec())) describe(OomScore.named(request.spec()));
    if (!request.rootfs().isEmpty()) mounts.mount(request.rootfs(), rootfs());
    return Outcome.granted(runc.create(request.id(), work(), streams));
  }

  private void describe(JsonObject description) {
    Path file = work().resolve("config.json");
    try {
      Files.write(file, Json.write(description));
    } catch (IOException e) {
      throw new UncheckedIOException("cannot write " + file, e);
    }
  }

  private Path rootfs() {
    return request.bundle().resolve("rootfs");
  }

  @Override
  public Outcome<Boolean> start() {
    runc.start(request.id());
    return Outcome.granted(true);
  }

  @Override
  public Outcome<JsonObject> exec(JsonObject process) {
    return Outcome.granted(process);
  }

  @Override
  public void remove() {
    runc.delete(request.id());
    EmptyGroups.remove(request.spec().cgroupsPath());
    if (!request.rootfs().isEmpty()) mounts.unmount(rootfs());
  }

  @Override
  public Runc runc() {
    return runc;
  }

  @Override
  public Path work() {
    return request.bundle();
  }

  @Override
  public Undo undo() {
    return new Undo(List.of(), List.of(rootfs()), List.of());
  }
}
