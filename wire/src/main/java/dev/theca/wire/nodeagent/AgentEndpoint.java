package dev.theca.wire.nodeagent;

import dev.theca.wire.Outcome;
import dev.theca.wire.Refusal;
import dev.theca.wire.json.Json;
import dev.theca.wire.json.RefusalJson;
import dev.theca.wire.proto.ProtoReader;
import dev.theca.wire.proto.ProtoWriter;
import dev.theca.wire.rpc.RpcStatus;
import dev.theca.wire.ttrpc.TtrpcException;
import dev.theca.wire.ttrpc.TtrpcServer;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * The agent's service over ttRPC. A refusal travels as PERMISSION_DENIED with its words as message
 * and its parts as a detail.
 */
public final class AgentEndpoint {
  static final String SERVICE = "dev.theca.agent.v1.Agent";
  static final String REFUSAL = "dev.theca.Refusal";
  private static final int MAX_ARGS = 4096;

  private AgentEndpoint() {}

  /** Handlers for {@link TtrpcServer#start}. */
  public static Map<String, TtrpcServer.Handler> handlers(AgentService agent) {
    return Map.of(
        SERVICE + "/Status",
        call -> new ProtoWriter().bool(1, true).toBytes(),
        SERVICE + "/Prepare",
        call -> granted(agent.prepare(PrepareRequest.decode(call.payload()))).encode(),
        SERVICE + "/Watch",
        call -> agent.watch(first(call.payload())).encode(),
        SERVICE + "/Cancel",
        call -> new ProtoWriter().bool(1, agent.cancel(first(call.payload()))).toBytes(),
        SERVICE + "/Exec",
        call -> exec(agent, call.payload()),
        SERVICE + "/Release",
        call -> {
          agent.release(first(call.payload()));
          return new byte[0];
        });
  }

  private static byte[] exec(AgentService agent, byte[] payload) {
    var in = new ProtoReader(payload);
    String container = "";
    var args = new ArrayList<String>();
    while (in.next()) {
      if (in.field() == 1) container = in.string();
      if (in.field() == 3) Items.add(args, in.string(), MAX_ARGS);
    }
    return granted(agent.exec(container, args)).encode();
  }

  static String first(byte[] payload) {
    var in = new ProtoReader(payload);
    String value = "";
    while (in.next()) if (in.field() == 1) value = in.string();
    return value;
  }

  private static <T> T granted(Outcome<T> outcome) {
    return switch (outcome) {
      case Outcome.Granted<T>(var value) -> value;
      case Outcome.Refused<T>(var reasons) -> throw refused(reasons.getFirst());
    };
  }

  private static TtrpcException refused(Refusal refusal) {
    var detail = new TtrpcException.Detail(REFUSAL, Json.write(RefusalJson.write(refusal)));
    return new TtrpcException(RpcStatus.PERMISSION_DENIED, refusal.toString(), List.of(detail));
  }
}
