package dev.theca.wire.nodeagent;

import dev.theca.wire.Outcome;
import dev.theca.wire.Refusal;
import dev.theca.wire.json.Json;
import dev.theca.wire.json.RefusalJson;
import dev.theca.wire.proto.ProtoWriter;
import dev.theca.wire.ttrpc.TtrpcClient;
import dev.theca.wire.ttrpc.TtrpcException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;

/**
 * The node daemon's end: asks one pod's agent. Refusals come back as they were said; a dead agent
 * is a {@link TtrpcException}.
 */
public final class AgentClient implements AutoCloseable {
  private static final Duration SHORT = Duration.ofSeconds(10);

  private final TtrpcClient client;

  private AgentClient(TtrpcClient client) {
    this.client = client;
  }

  public static AgentClient connect(Path socket) {
    return new AgentClient(TtrpcClient.connect(socket));
  }

  public Outcome<Prepared> prepare(PrepareRequest request, Duration limit) {
    return call("Prepare", request.encode(), limit, Prepared::decode);
  }

  public Outcome<ExecUser> exec(String containerId, List<String> command) {
    var request = new ProtoWriter().string(1, containerId).strings(3, command);
    return call("Exec", request.toBytes(), SHORT, ExecUser::decode);
  }

  public void release(String containerId) {
    byte[] unused =
        client.call(
            AgentEndpoint.SERVICE,
            "Release",
            new ProtoWriter().string(1, containerId).toBytes(),
            SHORT,
            Map.of());
  }

  private <T> Outcome<T> call(
      String method, byte[] request, Duration limit, Function<byte[], T> decode) {
    try {
      return Outcome.granted(
          decode.apply(client.call(AgentEndpoint.SERVICE, method, request, limit, Map.of())));
    } catch (TtrpcException e) {
      var refusal = refusal(e);
      if (refusal.isPresent()) return Outcome.refused(refusal.get());
      throw e;
    }
  }

  private static Optional<Refusal> refusal(TtrpcException e) {
    return e.details().stream()
        .filter(d -> d.type().equals(AgentEndpoint.REFUSAL))
        .map(d -> Json.object(d.value()))
        .filter(Outcome::isGranted)
        .map(json -> RefusalJson.read(json.orThrow()))
        .findFirst();
  }

  @Override
  public void close() {
    client.close();
  }
}
