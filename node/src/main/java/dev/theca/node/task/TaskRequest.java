package dev.theca.node.task;

import dev.theca.wire.proto.ProtoReader;
import dev.theca.wire.ttrpc.TtrpcCall;
import dev.theca.wire.ttrpc.TtrpcStatus;
import java.nio.charset.StandardCharsets;

/** What nearly every request of the Task service names: namespace, container, maybe a process. */
record TaskRequest(String namespace, String id, String execId) {
  private static final String NAMESPACE = "containerd-namespace-ttrpc";

  /** Fields 1 and 2; a request without a namespace is refused. */
  static TaskRequest of(TtrpcCall call) {
    var in = new ProtoReader(call.payload());
    String id = "";
    String execId = "";
    while (in.next()) {
      if (in.field() == 1) id = in.string();
      if (in.field() == 2) execId = new String(in.bytes(), StandardCharsets.UTF_8);
    }
    return new TaskRequest(namespace(call), id, execId);
  }

  static String namespace(TtrpcCall call) {
    String namespace = call.metadata().getOrDefault(NAMESPACE, "");
    if (!namespace.matches("[A-Za-z0-9._-]{1,76}"))
      throw Answers.error(TtrpcStatus.INVALID_ARGUMENT, "a namespace is needed");
    return namespace;
  }

  String key() {
    return namespace + "/" + id;
  }
}
