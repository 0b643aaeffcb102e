package dev.theca.node.task;

import dev.theca.wire.proto.ProtoReader;
import java.util.HashMap;
import java.util.Map;

/** PidsResponse: exec ids by process number, empty for others. */
final class TaskServicePids {
  private TaskServicePids() {}

  static Map<Long, String> of(byte[] answer) {
    var pids = new HashMap<Long, String>();
    var in = new ProtoReader(answer);
    while (in.next()) {
      long pid = 0;
      String id = "";
      var info = in.message();
      while (info.next()) {
        if (info.field() == 1) pid = info.varint();
        if (info.field() == 2) id = details(new ProtoReader(ExecCalls.value(info.message())));
      }
      pids.put(pid, id);
    }
    return pids;
  }

  private static String details(ProtoReader in) {
    String id = "";
    while (in.next()) if (in.field() == 1) id = in.string();
    return id;
  }
}
