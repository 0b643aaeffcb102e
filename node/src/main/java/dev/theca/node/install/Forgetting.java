package dev.theca.node.install;

import dev.theca.wire.grpc.GrpcClient;
import dev.theca.wire.grpc.GrpcException;
import dev.theca.wire.proto.ProtoReader;
import dev.theca.wire.proto.ProtoWriter;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;

/**
 * Has containerd forget every snapshot of ours, in all its namespaces, as long as it still reaches
 * our snapshotter. Otherwise it would count on layers that are gone when there is a snapshotter of
 * this name again.
 */
final class Forgetting implements AutoCloseable {
  private static final String SNAPSHOTS = "containerd.services.snapshots.v1.Snapshots";
  private static final String NAMESPACES = "containerd.services.namespaces.v1.Namespaces";
  private static final String NAME = "theca";
  private static final int MAX_MESSAGE = 64 << 20;

  private final GrpcClient socket;
  private final Duration limit;

  Forgetting(Path socket, Duration limit) {
    this.socket = new GrpcClient(socket, MAX_MESSAGE);
    this.limit = limit;
  }

  private record Known(String name, String parent) {}

  /** How many it does not let go; a containerd that does not answer is a {@link GrpcException}. */
  int everything() {
    int kept = 0;
    var in = socket.call(NAMESPACES, "List", new ProtoWriter(), limit);
    while (in.next()) if (in.field() == 1) kept += everything(first(in.message()));
    return kept;
  }

  /** From the top of each chain down: nothing that others stand on can go. */
  private int everything(String namespace) {
    while (true) {
      var known = known(namespace);
      var below = new HashSet<String>();
      for (Known one : known) below.add(one.parent());
      int gone = 0;
      for (Known one : known)
        if (!below.contains(one.name()) && forgets(namespace, one.name())) gone++;
      if (gone == 0) return known.size();
    }
  }

  private boolean forgets(String namespace, String name) {
    try {
      var request = new ProtoWriter().string(1, NAME).string(2, name);
      var unused =
          socket.call(SNAPSHOTS, "Remove", request, limit, "containerd-namespace", namespace);
      return true;
    } catch (GrpcException e) {
      return false; // counted by the caller
    }
  }

  private List<Known> known(String namespace) {
    var all = new ArrayList<Known>();
    var answers =
        socket.stream(
            SNAPSHOTS,
            "List",
            new ProtoWriter().string(1, NAME),
            "containerd-namespace",
            namespace);
    while (answers.hasNext()) {
      var in = new ProtoReader(answers.next());
      while (in.next()) if (in.field() == 1) all.add(known(in.message()));
    }
    return all;
  }

  private static Known known(ProtoReader info) {
    String name = "";
    String parent = "";
    while (info.next()) {
      if (info.field() == 1) name = info.string();
      else if (info.field() == 2) parent = info.string();
    }
    return new Known(name, parent);
  }

  private static String first(ProtoReader in) {
    String value = "";
    while (in.next()) if (in.field() == 1) value = in.string();
    return value;
  }

  @Override
  public void close() {
    socket.close();
  }
}
