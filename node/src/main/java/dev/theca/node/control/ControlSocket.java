package dev.theca.node.control;

import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.Channels;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import jdk.net.ExtendedSocketOptions;

/**
 * Where the shim binary asks: one request and one answer a connection, for root only. The format is
 * at the head of {@code launcher.c}.
 */
public final class ControlSocket implements AutoCloseable {
  /** What containerd called the binary with. */
  public record Call(
      String action,
      String namespace,
      String id,
      Path bundle,
      String grpcAddress,
      String ttrpcAddress,
      String maxShimVersion,
      byte[] input) {}

  /** Exit code, standard output, and words for a person when it failed. */
  public record Answer(int code, byte[] out, String error) {
    public static Answer ok(byte[] out) {
      return new Answer(0, out, "");
    }

    public static Answer failed(String error) {
      return new Answer(1, new byte[0], error);
    }
  }

  /** Answers a call. */
  public interface Handler {
    Answer answer(Call call) throws Exception;
  }

  private static final System.Logger LOG = System.getLogger("theca.node");
  private static final int MAX = 11 << 20;

  private final ServerSocketChannel listener;
  private final Path socket;
  private final Handler handler;

  private ControlSocket(ServerSocketChannel listener, Path socket, Handler handler) {
    this.listener = listener;
    this.socket = socket;
    this.handler = handler;
  }

  public static ControlSocket listen(Path socket, Handler handler) {
    try {
      Files.deleteIfExists(socket);
      var listener = ServerSocketChannel.open(StandardProtocolFamily.UNIX);
      listener.bind(UnixDomainSocketAddress.of(socket));
      Files.setPosixFilePermissions(socket, PosixFilePermissions.fromString("rw-------"));
      var control = new ControlSocket(listener, socket, handler);
      Thread.ofPlatform().daemon().name("control").start(control::accept);
      return control;
    } catch (IOException e) {
      throw new UncheckedIOException("cannot listen on " + socket, e);
    }
  }

  private void accept() {
    try {
      while (true) {
        var peer = listener.accept();
        Thread.ofVirtual().name("control-call").start(() -> serve(peer));
      }
    } catch (IOException e) {
      if (listener.isOpen()) LOG.log(System.Logger.Level.ERROR, "stage=control outcome=fault", e);
    }
  }

  private void serve(SocketChannel peer) {
    try (peer;
        var in = new DataInputStream(Channels.newInputStream(peer));
        var out = new DataOutputStream(Channels.newOutputStream(peer))) {
      if (!peer.getOption(ExtendedSocketOptions.SO_PEERCRED).user().getName().equals("root"))
        return;
      Answer answer = answer(read(in));
      byte[] error = answer.error().getBytes(StandardCharsets.UTF_8);
      var message = new java.io.ByteArrayOutputStream();
      var fields = new DataOutputStream(message);
      fields.writeByte(answer.code());
      fields.writeInt(answer.out().length);
      fields.write(answer.out());
      fields.writeInt(error.length);
      fields.write(error);
      out.write(message.toByteArray());
      out.flush();
    } catch (IOException e) {
      LOG.log(System.Logger.Level.DEBUG, "a shim call broke off: " + e.getMessage());
    }
  }

  private Answer answer(Call call) {
    try {
      return handler.answer(call);
    } catch (Exception e) {
      LOG.log(System.Logger.Level.ERROR, "stage=control action=" + call.action(), e);
      return Answer.failed("theca: " + call.action() + ": " + e.getMessage() + "\n");
    }
  }

  private static Call read(DataInputStream in) throws IOException {
    int left = in.readInt();
    if (left < 32 || left > MAX) throw new IOException("a request of " + left + " bytes");
    byte[][] fields = new byte[8][];
    for (int i = 0; i < fields.length; i++) {
      int length = in.readInt();
      left -= 4;
      if (length < 0 || length > left) throw new IOException("a field of " + length + " bytes");
      fields[i] = in.readNBytes(length);
      if (fields[i].length < length) throw new IOException("a request that ends early");
      left -= length;
    }
    return new Call(
        text(fields[0]),
        text(fields[1]),
        text(fields[2]),
        Path.of(text(fields[3])),
        text(fields[4]),
        text(fields[5]),
        text(fields[6]),
        fields[7]);
  }

  private static String text(byte[] bytes) {
    return new String(bytes, StandardCharsets.UTF_8);
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
