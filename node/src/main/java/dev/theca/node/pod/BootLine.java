package dev.theca.node.pod;

import dev.theca.linux.Fd;
import dev.theca.node.io.OwnThread;
import dev.theca.wire.Outcome;
import dev.theca.wire.json.Json;
import dev.theca.wire.json.RefusalJson;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * The one line that an enclave says on its standard output: a state that its starter waits for, or
 * a refusal. What follows is read and dropped, so that the enclave never blocks on it.
 */
final class BootLine implements AutoCloseable {
  private static final int MAX = 64 << 10;

  private final Fd reading;
  private final Fd writing;
  private final CompletableFuture<String> line = new CompletableFuture<>();

  BootLine() {
    Fd[] pipe = Fd.pipe();
    reading = pipe[0];
    writing = pipe[1];
  }

  private BootLine(Fd reading) {
    this.reading = reading;
    this.writing = reading;
  }

  /** Goes on reading what an enclave says that said its line before. */
  static BootLine goOn(int number) {
    var boot = new BootLine(Fd.goOn(number));
    OwnThread.start("boot-line", boot::read);
    return boot;
  }

  int number() {
    return reading.number();
  }

  /** Where the enclave's standard output goes. */
  Fd end() {
    return writing;
  }

  /** To be called once the enclave holds the other end. */
  void listen() {
    writing.close();
    OwnThread.start("boot-line", this::read);
  }

  private void read() {
    var text = new ByteArrayOutputStream();
    var buffer = ByteBuffer.allocateDirect(4096);
    while (true) {
      int n = reading.read(buffer.clear());
      if (n <= 0) break;
      buffer.flip();
      while (buffer.hasRemaining() && !line.isDone()) {
        byte b = buffer.get();
        if (b == '\n' || text.size() > MAX) line.complete(text.toString(StandardCharsets.UTF_8));
        else text.write(b);
      }
    }
    line.complete("");
    reading.close();
  }

  /** Granted when the wanted state was said; {@code what} names the enclave in a fault. */
  Outcome<Boolean> await(String what, String wanted, Duration limit) {
    try {
      String said = line.get(limit.toMillis(), TimeUnit.MILLISECONDS);
      var json = Json.object(said.getBytes(StandardCharsets.UTF_8));
      String state = json.isGranted() ? json.orThrow().string("state").orElse("") : "";
      if (state.equals(wanted)) return Outcome.granted(true);
      if (state.equals("refused")) return Outcome.refused(RefusalJson.read(json.orThrow()));
      throw new PodFault(what + " ended before it was " + wanted);
    } catch (TimeoutException e) {
      throw new PodFault(what + " was not " + wanted + " within " + limit.toSeconds() + " s");
    } catch (ExecutionException e) {
      throw new PodFault(what + ": " + e.getCause());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new PodFault(what + ": interrupted");
    }
  }

  @Override
  public void close() {
    if (writing != reading) writing.close();
  }
}
