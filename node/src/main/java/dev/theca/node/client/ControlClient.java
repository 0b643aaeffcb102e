package dev.theca.node.client;

import dev.theca.wire.Outcome;
import dev.theca.wire.json.Json;
import dev.theca.wire.json.JsonObject;
import dev.theca.wire.json.Limits;
import dev.theca.wire.json.RefusalJson;
import java.io.BufferedOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.net.ConnectException;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.Channels;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/**
 * Asks the node daemon what operators ask, at its control socket; for root. The format is the
 * launcher's, at the head of {@code launcher.c}. No answer in time, or a broken one, is an {@link
 * IOException}, and nobody there a {@link ConnectException}.
 */
public final class ControlClient {
  private static final int TEXTS = 8;
  private static final int MAX_ANSWER = 16 << 20;
  private static final int REFUSED = 2;
  private static final Duration LIMIT = Duration.ofSeconds(10);

  /** Beside the requests under way: the new program is tried, and ends are told. */
  private static final Duration LEAVING = Duration.ofSeconds(60);

  private static final long STEP_MILLIS = 20;

  private final Path socket;

  public ControlClient(Path socket) {
    this.socket = socket;
  }

  /** Exit code, standard output, words; as the launcher would have them. */
  public record Answer(int code, byte[] out, String error) {}

  /** The daemon before and after an upgrade, as {@link #status} shows it. */
  public record Upgraded(JsonObject before, JsonObject after) {}

  /**
   * What the daemon says of itself: members {@code version}, {@code pid}, {@code started}, {@code
   * ready}, and {@code containers} by handler.
   */
  public JsonObject status() throws IOException {
    return Json.object(must("status"), Limits.DEFAULT).orThrow();
  }

  /** Counters in Prometheus' text format. */
  public String metrics() throws IOException {
    return new String(must("metrics"), StandardCharsets.UTF_8);
  }

  /**
   * Has the daemon put the program that is installed now into its own place. Granted when the new
   * one serves; refused, with nothing changed, when it would not start or something is under way.
   *
   * @param limit for requests that are under way, whole seconds, and again for the new program
   */
  public Outcome<Upgraded> upgrade(Duration limit) throws IOException {
    JsonObject before = status();
    try {
      byte[] seconds = Long.toString(limit.toSeconds()).getBytes(StandardCharsets.US_ASCII);
      Answer answer = ask("upgrade", seconds, limit.plus(LEAVING));
      if (answer.code() == REFUSED)
        return Outcome.refused(
            RefusalJson.read(Json.object(answer.out(), Limits.DEFAULT).orThrow()));
      if (answer.code() != 0) throw new IOException(answer.error().strip());
    } catch (EOFException e) {
      return Outcome.granted(new Upgraded(before, next(before, limit.plus(LIMIT))));
    }
    throw new IOException("the daemon goes on as it was, and did not say why");
  }

  /** The next program's status, once it is ready. */
  private JsonObject next(JsonObject before, Duration limit) throws IOException {
    long end = System.nanoTime() + limit.toNanos();
    while (true) {
      try {
        JsonObject now = status();
        boolean other = !now.string("started").equals(before.string("started"));
        if (other && now.bool("ready").orElse(false)) return now;
      } catch (IOException e) {
        if (System.nanoTime() > end)
          throw new IOException("the new program does not answer; see the daemon's log", e);
      }
      if (System.nanoTime() > end)
        throw new IOException("the new program is not ready; see the daemon's log");
      pause();
    }
  }

  private static void pause() {
    try {
      Thread.sleep(STEP_MILLIS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted", e);
    }
  }

  private byte[] must(String action) throws IOException {
    Answer answer = ask(action, new byte[0], LIMIT);
    if (answer.code() != 0) throw new IOException(answer.error().strip());
    return answer.out();
  }

  /** One call; {@link EOFException} when the daemon ended before its answer. */
  Answer ask(String action, byte[] input, Duration limit) throws IOException {
    try (var channel = connected()) {
      var late = new CompletableFuture<Boolean>();
      var clock =
          late.completeOnTimeout(true, limit.toMillis(), TimeUnit.MILLISECONDS)
              .thenAccept(expired -> close(channel, expired));
      try {
        send(channel, action, input);
        return answer(channel);
      } catch (java.nio.channels.AsynchronousCloseException e) {
        throw new IOException("no answer to " + action + " within " + limit.toSeconds() + " s", e);
      } catch (IOException e) {
        String reset = String.valueOf(e.getMessage());
        if (reset.contains("reset") || reset.contains("Broken pipe")) throw ended(action);
        throw e;
      } finally {
        late.complete(false);
        clock.join();
      }
    }
  }

  private SocketChannel connected() throws ConnectException {
    try {
      return SocketChannel.open(UnixDomainSocketAddress.of(socket));
    } catch (IOException e) {
      var nobody = new ConnectException("nobody listens at " + socket);
      nobody.initCause(e);
      throw nobody;
    }
  }

  private static EOFException ended(String action) {
    return new EOFException("the daemon ended before it answered " + action);
  }

  private static void close(SocketChannel channel, boolean expired) {
    try {
      if (expired) channel.close();
    } catch (IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
  }

  private static void send(SocketChannel channel, String action, byte[] input) throws IOException {
    byte[] name = action.getBytes(StandardCharsets.UTF_8);
    var out = new DataOutputStream(new BufferedOutputStream(Channels.newOutputStream(channel)));
    out.writeInt((TEXTS + 1) * Integer.BYTES + name.length + input.length);
    field(out, name);
    for (int i = 1; i < TEXTS; i++) field(out, new byte[0]);
    field(out, input);
    out.flush();
  }

  private static void field(DataOutputStream out, byte[] bytes) throws IOException {
    out.writeInt(bytes.length);
    out.write(bytes);
  }

  private static Answer answer(SocketChannel channel) throws IOException {
    var in = new DataInputStream(Channels.newInputStream(channel));
    int code = in.readUnsignedByte();
    byte[] out = part(in);
    return new Answer(code, out, new String(part(in), StandardCharsets.UTF_8));
  }

  private static byte[] part(DataInputStream in) throws IOException {
    int size = in.readInt();
    if (size < 0 || size > MAX_ANSWER) throw new IOException("an answer of " + size + " bytes");
    byte[] bytes = in.readNBytes(size);
    if (bytes.length < size) throw new EOFException("an answer that ends early");
    return bytes;
  }
}
