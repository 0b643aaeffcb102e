package dev.theca.wire.nodeagent;

import dev.theca.wire.Outcome;
import dev.theca.wire.Refusal;
import dev.theca.wire.json.Json;
import dev.theca.wire.json.RefusalJson;
import dev.theca.wire.proto.ProtoReader;
import dev.theca.wire.proto.ProtoWriter;
import dev.theca.wire.ttrpc.TtrpcClient;
import dev.theca.wire.ttrpc.TtrpcException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Function;

/**
 * The node daemon's end: asks one pod's agent. Refusals come back as they were said; a dead agent
 * is a {@link TtrpcException}.
 */
public final class AgentClient implements AutoCloseable {
  private static final Duration SHORT = Duration.ofSeconds(20);

  private final TtrpcClient client;

  private AgentClient(TtrpcClient client) {
    this.client = client;
  }

  public static AgentClient connect(Path socket) {
    return new AgentClient(TtrpcClient.connect(socket));
  }

  /**
   * Waits as long as something moves. Refused with {@code prepare-stalled}, and cancelled, when
   * nothing did for {@code silence}; cancelled also when this thread is interrupted, which then is
   * a {@link TtrpcException}. {@code hears} is told each time something has moved.
   */
  public Outcome<Prepared> prepare(
      PrepareRequest request, Duration silence, Consumer<Watched> hears) {
    return new PatientPrepare(this, request, silence, hears).run();
  }

  Outcome<Prepared> prepareUnbounded(PrepareRequest request) {
    return call("Prepare", request.encode(), Duration.ZERO, Prepared::decode);
  }

  /** How far the preparation of a container is. */
  public Watched watch(String containerId) {
    return Watched.decode(call("Watch", containerId));
  }

  /** Ends a preparation; false when there was none. It has ended when this returns. */
  public boolean cancel(String containerId) {
    var in = new ProtoReader(call("Cancel", containerId));
    boolean ended = false;
    while (in.next()) if (in.field() == 1) ended = in.bool();
    return ended;
  }

  public Outcome<ExecUser> exec(String containerId, List<String> command) {
    var request = new ProtoWriter().string(1, containerId).strings(3, command);
    return call("Exec", request.toBytes(), SHORT, ExecUser::decode);
  }

  public void release(String containerId) {
    byte[] unused = call("Release", containerId);
  }

  private byte[] call(String method, String containerId) {
    byte[] request = new ProtoWriter().string(1, containerId).toBytes();
    return client.call(AgentEndpoint.SERVICE, method, request, SHORT, Map.of());
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

  /** True once the connection is gone. */
  public boolean ended() {
    return client.ended();
  }

  @Override
  public void close() {
    client.close();
  }
}
