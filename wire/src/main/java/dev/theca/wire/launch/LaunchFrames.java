package dev.theca.wire.launch;

import dev.theca.wire.json.Json;
import dev.theca.wire.json.JsonObject;
import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;

/** One JSON object a frame: u32 BE length, then the text, at most 1 MiB. */
public final class LaunchFrames {
  private static final int MAX = 1 << 20;

  private LaunchFrames() {}

  public static void write(SocketChannel channel, JsonObject message) throws IOException {
    byte[] text = Json.write(message);
    var out = ByteBuffer.allocate(4 + text.length).putInt(text.length).put(text).flip();
    while (out.hasRemaining()) {
      int unused = channel.write(out);
    }
  }

  /** The next object; a malformed one ends the connection with an {@link IOException}. */
  public static JsonObject read(SocketChannel channel) throws IOException {
    var head = ByteBuffer.allocate(4);
    fill(channel, head);
    int length = head.getInt(0);
    if (length < 2 || length > MAX) throw new IOException("a frame of " + length + " bytes");
    var text = ByteBuffer.allocate(length);
    fill(channel, text);
    var parsed = Json.object(text.array());
    if (!parsed.isGranted()) throw new IOException("a frame that is no JSON object");
    return parsed.orThrow();
  }

  private static void fill(SocketChannel channel, ByteBuffer buffer) throws IOException {
    while (buffer.hasRemaining()) {
      if (channel.read(buffer) < 0) throw new EOFException("the connection ended");
    }
  }
}
