package dev.theca.node.task;

import dev.theca.wire.proto.ProtoReader;
import dev.theca.wire.rpc.RpcStatus;
import dev.theca.wire.ttrpc.TtrpcCall;
import java.nio.charset.StandardCharsets;
import java.util.Optional;

/** What nearly every request of the Task service names: namespace, container, maybe a process. */
record TaskRequest(String namespace, String id, String execId) {
  private static final String NAMESPACE = "containerd-namespace-ttrpc";

  /** Fields 1 and 2; the namespace is empty when the call did not say it. */
  static TaskRequest of(TtrpcCall call) {
    var in = new ProtoReader(call.payload());
    String id = "";
    String execId = "";
    while (in.next()) {
      if (in.field() == 1) id = in.string();
      if (in.field() == 2) execId = new String(in.bytes(), StandardCharsets.UTF_8);
    }
    return new TaskRequest(namespace(call).orElse(""), id, execId);
  }

  /** The namespace in the call's metadata; one that is no name is refused. */
  static Optional<String> namespace(TtrpcCall call) {
    String namespace = call.metadata().get(NAMESPACE);
    if (namespace == null) return Optional.empty();
    if (!namespace.matches("[A-Za-z0-9._-]{1,76}"))
      throw Answers.error(RpcStatus.INVALID_ARGUMENT, "a namespace is needed");
    return Optional.of(namespace);
  }

  TaskRequest in(String found) {
    return new TaskRequest(found, id, execId);
  }

  String key() {
    return namespace + "/" + id;
  }
}
