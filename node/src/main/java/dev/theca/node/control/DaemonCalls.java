package dev.theca.node.control;

import dev.theca.node.control.ControlSocket.Answer;
import dev.theca.node.control.ControlSocket.Call;
import dev.theca.wire.Outcome;
import dev.theca.wire.json.Json;
import dev.theca.wire.json.JsonObject;
import dev.theca.wire.json.RefusalJson;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.function.Supplier;

/**
 * What operators ask of the daemon, beside what containerd asks: {@code status} (JSON), {@code
 * metrics} (Prometheus text) and {@code upgrade} (its standard input is a number of seconds, how
 * long requests under way may take; the connection ends without an answer when all went well, and a
 * refusal is exit code 2 with the reason as JSON).
 */
public final class DaemonCalls implements ControlSocket.Handler {
  /** A new program in this one's place. */
  public interface Upgrading {
    Outcome<Boolean> run(Duration limit) throws Exception;
  }

  private static final long MAX_SECONDS = 3600;

  /** Exit code of an upgrade that was refused; standard output is the reason as JSON. */
  private static final int REFUSED = 2;

  private final ControlSocket.Handler others;
  private final Supplier<JsonObject> status;
  private final Supplier<String> metrics;
  private final Upgrading upgrade;

  public DaemonCalls(
      ControlSocket.Handler others,
      Supplier<JsonObject> status,
      Supplier<String> metrics,
      Upgrading upgrade) {
    this.others = others;
    this.status = status;
    this.metrics = metrics;
    this.upgrade = upgrade;
  }

  @Override
  public Answer answer(Call call) throws Exception {
    return switch (call.action()) {
      case "status" -> Answer.ok(Json.write(status.get()));
      case "metrics" -> Answer.ok(metrics.get().getBytes(StandardCharsets.UTF_8));
      case "upgrade" -> upgraded(call);
      default -> others.answer(call);
    };
  }

  private Answer upgraded(Call call) throws Exception {
    String seconds = new String(call.input(), StandardCharsets.US_ASCII).trim();
    if (!seconds.matches("[0-9]{1,4}") || Long.parseLong(seconds) > MAX_SECONDS)
      return Answer.failed("theca: upgrade takes a number of seconds up to " + MAX_SECONDS + "\n");
    return switch (upgrade.run(Duration.ofSeconds(Long.parseLong(seconds)))) {
      case Outcome.Granted<Boolean> done -> Answer.ok(new byte[0]);
      case Outcome.Refused<Boolean>(var reasons) ->
          new Answer(
              REFUSED,
              Json.write(RefusalJson.write(reasons.getFirst())),
              reasons.getFirst() + "\n");
    };
  }
}
