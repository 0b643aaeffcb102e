package dev.theca.cli.cri;

import dev.theca.wire.json.Json;
import dev.theca.wire.json.JsonObject;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.WebSocket;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * The streams of a process that {@code Exec} or {@code Attach} gave an address for: one WebSocket,
 * whose messages begin with the number of a channel (Kubernetes remote command, subprotocol
 * v4.channel.k8s.io). Input has no end in this version: closing input needs {@code ctr}.
 */
public final class RemoteProcess implements AutoCloseable {
  private static final String PROTOCOL = "v4.channel.k8s.io";
  private static final int STDIN = 0;
  private static final int STDOUT = 1;
  private static final int STDERR = 2;
  private static final int STATUS = 3;
  private static final int RESIZE = 4;
  private static final int BLOCK = 32 << 10;
  private static final Duration CONNECT = Duration.ofSeconds(20);

  private final HttpClient client;
  private final WebSocket socket;
  private final Reader reader;

  private RemoteProcess(HttpClient client, WebSocket socket, Reader reader) {
    this.client = client;
    this.socket = socket;
    this.reader = reader;
  }

  /** Connects to the address of an ExecResponse or AttachResponse. */
  public static RemoteProcess connect(String url, OutputStream out, OutputStream err) {
    var reader = new Reader(out, err);
    var client = HttpClient.newHttpClient();
    var socket =
        client
            .newWebSocketBuilder()
            .subprotocols(PROTOCOL)
            .connectTimeout(CONNECT)
            .buildAsync(URI.create(url.replaceFirst("^http", "ws")), reader)
            .join();
    return new RemoteProcess(client, socket, reader);
  }

  /** Sends bytes to the process's input. */
  public void input(byte[] bytes) {
    for (int at = 0; at < bytes.length; at += BLOCK)
      send(STDIN, bytes, at, Math.min(BLOCK, bytes.length - at));
  }

  /** Tells the size of the terminal, in characters. */
  public void resize(int columns, int rows) {
    byte[] size =
        Json.write(JsonObject.builder().put("Width", columns).put("Height", rows).build());
    send(RESIZE, size, 0, size.length);
  }

  private void send(int channel, byte[] bytes, int from, int length) {
    byte[] message = new byte[length + 1];
    message[0] = (byte) channel;
    System.arraycopy(bytes, from, message, 1, length);
    var unused = socket.sendBinary(ByteBuffer.wrap(message), true).join();
  }

  /** Waits for the end of all streams; the exit code. */
  public int await(Duration limit) throws InterruptedException, TimeoutException, IOException {
    try {
      return reader.ended.get(limit.toMillis(), TimeUnit.MILLISECONDS);
    } catch (ExecutionException e) {
      throw new IOException("the stream broke: " + e.getMessage(), e);
    }
  }

  @Override
  public void close() {
    socket.abort();
    client.shutdownNow();
  }

  private static final class Reader implements WebSocket.Listener {
    private final CompletableFuture<Integer> ended = new CompletableFuture<>();
    private final ByteArrayOutputStream status = new ByteArrayOutputStream();
    private final OutputStream out;
    private final OutputStream err;
    private int channel = -1;

    Reader(OutputStream out, OutputStream err) {
      this.out = out;
      this.err = err;
    }

    @Override
    @SuppressWarnings("NullAway") // no stage: the message is done with
    public CompletionStage<?> onBinary(WebSocket socket, ByteBuffer data, boolean last) {
      try {
        if (channel < 0 && data.hasRemaining()) channel = data.get();
        byte[] bytes = new byte[data.remaining()];
        data.get(bytes);
        switch (channel) {
          case STDOUT -> out.write(bytes);
          case STDERR -> err.write(bytes);
          case STATUS -> status.writeBytes(bytes);
          default -> {} // nothing else is ours
        }
        if (last) channel = -1;
        socket.request(1);
      } catch (IOException e) {
        ended.completeExceptionally(e);
      }
      return null;
    }

    @Override
    @SuppressWarnings("NullAway") // no stage: nothing to wait for
    public CompletionStage<?> onClose(WebSocket socket, int code, String reason) {
      finish();
      return null;
    }

    @Override
    public void onError(WebSocket socket, Throwable error) {
      if (status.size() > 0) finish(); // some servers end without a closing frame
      else ended.completeExceptionally(error);
    }

    private void finish() {
      var answer = Json.object(status.toByteArray());
      if (!answer.isGranted()) {
        ended.completeExceptionally(new IOException("it ended without a status"));
        return;
      }
      var json = answer.orThrow();
      if (json.string("status").orElse("").equals("Success")) {
        ended.complete(0);
        return;
      }
      var code =
          json.object("details").stream()
              .flatMap(d -> CriClient.each(d, "causes"))
              .filter(c -> CriClient.text(c, "reason").equals("ExitCode"))
              .map(c -> CriClient.text(c, "message"))
              .findFirst();
      if (code.isPresent()) ended.complete(Integer.parseInt(code.get()));
      else ended.completeExceptionally(new IOException(words(json)));
    }

    private String words(JsonObject json) {
      String message = CriClient.text(json, "message");
      return message.isEmpty() ? status.toString(StandardCharsets.UTF_8) : message;
    }
  }
}
