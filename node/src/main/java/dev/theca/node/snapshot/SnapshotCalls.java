package dev.theca.node.snapshot;

import dev.theca.wire.proto.ProtoException;
import dev.theca.wire.proto.ProtoReader;
import dev.theca.wire.proto.ProtoWriter;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The messages of containerd's snapshots service: bytes in, bytes out. Malformed requests end in
 * {@link ProtoException}.
 */
final class SnapshotCalls {
  private static final int CHUNK = 100;
  private static final int CHUNK_BYTES = 1 << 20;

  private final Snapshotter snapshotter;

  SnapshotCalls(Snapshotter snapshotter) {
    this.snapshotter = snapshotter;
  }

  /** One method; its request has the key in field 2, unless it is about no single snapshot. */
  enum Method {
    PREPARE("Prepare"),
    VIEW("View"),
    MOUNTS("Mounts"),
    COMMIT("Commit"),
    REMOVE("Remove"),
    STAT("Stat"),
    UPDATE("Update"),
    USAGE("Usage"),
    CLEANUP("Cleanup"),
    LIST("List");

    final String text;

    Method(String text) {
      this.text = text;
    }
  }

  /** The fields of any request of this service. */
  private static final class Request {
    final Map<String, String> labels = new LinkedHashMap<>();
    final List<String> texts = new ArrayList<>(List.of("", "", "", ""));
    final List<String> paths = new ArrayList<>();

    String key() {
      return texts.get(2);
    }

    String third() {
      return texts.get(3);
    }
  }

  /** The messages to answer with: one, or any number for a list. */
  List<byte[]> answer(Method method, byte[] request) throws SnapshotRefused, IOException {
    return switch (method) {
      case LIST -> list(filters(request));
      case UPDATE -> List.of(update(request).toBytes());
      case CLEANUP -> {
        snapshotter.cleanUp();
        yield List.of(new byte[0]);
      }
      default -> List.of(single(method, read(request)).toBytes());
    };
  }

  private ProtoWriter single(Method method, Request r) throws SnapshotRefused, IOException {
    Bounds.name(method == Method.COMMIT ? "name" : "key", r.key());
    return switch (method) {
      case PREPARE -> mounts(snapshotter.prepare(r.key(), r.third(), r.labels, false));
      case VIEW -> mounts(snapshotter.prepare(r.key(), r.third(), r.labels, true));
      case MOUNTS -> mounts(snapshotter.mounts(r.key()));
      case COMMIT -> {
        snapshotter.commit(r.key(), r.third(), r.labels);
        yield new ProtoWriter();
      }
      case REMOVE -> {
        snapshotter.remove(r.key());
        yield new ProtoWriter();
      }
      case STAT -> new ProtoWriter().message(1, snapshotter.stat(r.key()).info());
      case USAGE -> {
        var usage = snapshotter.usage().of(r.key());
        yield new ProtoWriter().varint(1, usage.size()).varint(2, usage.inodes());
      }
      case UPDATE, CLEANUP, LIST -> throw new IllegalStateException(method + " is answered above");
    };
  }

  private static ProtoWriter mounts(List<Mount> mounts) {
    var answer = new ProtoWriter();
    for (var mount : mounts) answer.message(1, mount.encode());
    return answer;
  }

  private static Request read(byte[] bytes) {
    var request = new Request();
    var in = new ProtoReader(bytes);
    while (in.next()) {
      if (in.field() == 4) in.entry(request.labels);
      else if (in.field() <= 3) request.texts.set(in.field(), in.string());
    }
    return request;
  }

  private ProtoWriter update(byte[] bytes) throws SnapshotRefused, IOException {
    var request = new Request();
    var in = new ProtoReader(bytes);
    while (in.next()) {
      if (in.field() == 2) {
        var info = in.message();
        while (info.next()) {
          if (info.field() == 1) request.texts.set(2, info.string());
          if (info.field() == 6) info.entry(request.labels);
        }
      }
      if (in.field() == 3) {
        var mask = in.message();
        while (mask.next()) if (mask.field() == 1) request.paths.add(mask.string());
      }
    }
    Bounds.name("name", request.key());
    var updated = snapshotter.update(request.key(), request.labels, request.paths);
    return new ProtoWriter().message(1, updated.info());
  }

  private static List<String> filters(byte[] bytes) {
    var filters = new ArrayList<String>();
    var in = new ProtoReader(bytes);
    while (in.next()) if (in.field() == 2) filters.add(in.string());
    return filters;
  }

  /** Messages of a bounded number of snapshots and of bytes. */
  private List<byte[]> list(List<String> filters) {
    var messages = new ArrayList<byte[]>();
    var message = new ProtoWriter();
    int snapshots = 0;
    int bytes = 0;
    for (var snapshot : snapshotter.list(Filters.of(filters))) {
      byte[] info = snapshot.info().toBytes();
      message.message(1, info);
      snapshots++;
      bytes += info.length;
      if (snapshots < CHUNK && bytes < CHUNK_BYTES) continue;
      messages.add(message.toBytes());
      message = new ProtoWriter();
      snapshots = 0;
      bytes = 0;
    }
    if (snapshots > 0) messages.add(message.toBytes());
    return messages;
  }
}
