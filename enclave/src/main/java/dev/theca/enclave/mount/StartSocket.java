package dev.theca.enclave.mount;

import dev.theca.enclave.handover.Payload;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Arrays;
import java.util.List;

/**
 * Lends the workload's configuration and secret files to the starter: to exactly one connection,
 * then the socket is gone. Numbers travel as decimal text; every field is u32 BE length and bytes.
 */
final class StartSocket implements AutoCloseable {
  private final ServerSocketChannel listener;
  private final Path socket;
  private volatile boolean served;

  private StartSocket(ServerSocketChannel listener, Path socket) {
    this.listener = listener;
    this.socket = socket;
  }

  /** {@code files} are those that the starter writes. */
  static StartSocket listen(Path socket, Payload.Process process, List<Payload.SecretFile> files) {
    try {
      Files.deleteIfExists(socket);
      var listener = ServerSocketChannel.open(StandardProtocolFamily.UNIX);
      listener.bind(UnixDomainSocketAddress.of(socket));
      Files.setPosixFilePermissions(socket, PosixFilePermissions.fromString("rw-------"));
      var start = new StartSocket(listener, socket);
      byte[] message = message(process, files);
      Thread.ofPlatform().daemon().name("start").start(() -> start.serve(message));
      return start;
    } catch (IOException e) {
      throw new UncheckedIOException("cannot listen on " + socket, e);
    }
  }

  private void serve(byte[] message) {
    try (SocketChannel peer = listener.accept()) {
      listener.close();
      Files.deleteIfExists(socket);
      var out = ByteBuffer.allocate(4 + message.length).putInt(message.length).put(message).flip();
      while (out.hasRemaining()) {
        int unused = peer.write(out);
      }
      Arrays.fill(out.array(), (byte) 0);
      served = true;
    } catch (IOException e) {
      if (!served) System.err.println("stage=start outcome=lost reason=\"" + e.getMessage() + "\"");
    } finally {
      Arrays.fill(message, (byte) 0);
    }
  }

  static byte[] message(Payload.Process process, List<Payload.SecretFile> files) {
    var out = new ByteArrayOutputStream();
    list(out, process.argv());
    list(out, process.env());
    field(out, process.cwd());
    field(out, process.uid() + "");
    field(out, process.gid() + "");
    list(out, process.groups().stream().map(String::valueOf).toList());
    field(out, files.size() + "");
    for (var file : files) {
      field(out, file.path());
      field(out, file.uid() + "");
      field(out, file.gid() + "");
      field(out, file.mode() + "");
      file.content()
          .lend(
              bytes -> {
                field(out, bytes);
                return 0;
              });
    }
    return out.toByteArray();
  }

  private static void list(ByteArrayOutputStream out, List<String> items) {
    field(out, items.size() + "");
    items.forEach(item -> field(out, item));
  }

  private static void field(ByteArrayOutputStream out, String text) {
    field(out, text.getBytes(StandardCharsets.UTF_8));
  }

  private static void field(ByteArrayOutputStream out, byte[] bytes) {
    out.writeBytes(ByteBuffer.allocate(4).putInt(bytes.length).array());
    out.writeBytes(bytes);
  }

  boolean served() {
    return served;
  }

  @Override
  public void close() {
    try {
      listener.close();
      Files.deleteIfExists(socket);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
