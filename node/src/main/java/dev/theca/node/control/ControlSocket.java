package dev.theca.node.control;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
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
import java.time.Duration;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import jdk.net.ExtendedSocketOptions;

/**
 * Where the shim binary asks: one request and one answer a connection, for root only. So many at a
 * time and no more; the others wait to be accepted. Who does not say its request in time, or does
 * not take its answer, is thrown out; how long an answer takes is its handler's affair.
 */
public final class ControlSocket implements AutoCloseable {
  /**
   * What containerd called the binary with; every text may be empty.
   *
   * @param name the handler's, as the binary is installed
   * @param input standard input, not of {@code delete}
   */
  public record Call(
      String action,
      String name,
      String namespace,
      String id,
      String bundle,
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

  /** Answers a call; calls come at the same time. */
  public interface Handler {
    Answer answer(Call call) throws Exception;
  }

  /**
   * How much at a time.
   *
   * @param patience for a request to arrive, and again for its answer to be taken
   */
  record Limits(int calls, Duration patience) {
    static final Limits DEFAULT = new Limits(128, Duration.ofSeconds(5));
  }

  private static final System.Logger LOG = System.getLogger("theca.node");
  private static final int WAITING = 512;

  /** Options are small; of those that are not, few are held in memory at a time. */
  private static final int SMALL = 64 << 10;

  private static final int LARGE_CALLS = 2;
  private static final int MOST_WORDS = 16 << 10;
  private static final long PAUSE_MILLIS = 100;

  private final ServerSocketChannel listener;
  private final Path socket;
  private final Handler handler;
  private final Limits limits;
  private final Thread acceptor;
  private final Semaphore places;
  private final Semaphore large = new Semaphore(LARGE_CALLS);
  private final ScheduledThreadPoolExecutor clock =
      new ScheduledThreadPoolExecutor(
          1, Thread.ofPlatform().daemon().name("control-clock").factory());

  private ControlSocket(ServerSocketChannel listener, Path socket, Handler handler, Limits limits) {
    this.listener = listener;
    this.socket = socket;
    this.handler = handler;
    this.limits = limits;
    this.places = new Semaphore(limits.calls());
    this.acceptor = Thread.ofPlatform().daemon().name("control").unstarted(this::accept);
    clock.setRemoveOnCancelPolicy(true);
  }

  public static ControlSocket listen(Path socket, Handler handler) {
    return listen(socket, handler, Limits.DEFAULT);
  }

  static ControlSocket listen(Path socket, Handler handler, Limits limits) {
    try {
      Files.deleteIfExists(socket);
      var listener = ServerSocketChannel.open(StandardProtocolFamily.UNIX);
      listener.bind(UnixDomainSocketAddress.of(socket), WAITING);
      Files.setPosixFilePermissions(socket, PosixFilePermissions.fromString("rw-------"));
      var control = new ControlSocket(listener, socket, handler, limits);
      control.acceptor.start();
      return control;
    } catch (IOException e) {
      throw new UncheckedIOException("cannot listen on " + socket, e);
    }
  }

  private void accept() {
    while (listener.isOpen()) {
      try {
        places.acquire();
        serveNext();
      } catch (InterruptedException e) {
        return;
      }
    }
  }

  private void serveNext() throws InterruptedException {
    try {
      var peer = listener.accept();
      Thread.ofVirtual().name("control-call").start(() -> serve(peer));
    } catch (IOException e) {
      places.release();
      if (!listener.isOpen()) return;
      LOG.log(System.Logger.Level.ERROR, "stage=control outcome=fault", e);
      Thread.sleep(PAUSE_MILLIS); // too few descriptors, perhaps; others will be closed
    }
  }

  private void serve(SocketChannel peer) {
    try (peer) {
      if (!peer.getOption(ExtendedSocketOptions.SO_PEERCRED).user().getName().equals("root"))
        return;
      byte[] answer = encode(answered(peer));
      try (var _ = limited(peer);
          var out = Channels.newOutputStream(peer)) {
        out.write(answer);
      }
    } catch (IOException e) {
      LOG.log(System.Logger.Level.DEBUG, "a shim call broke off: " + e.getMessage());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } finally {
      places.release();
    }
  }

  private Answer answered(SocketChannel peer) throws IOException, InterruptedException {
    var in = Channels.newInputStream(peer);
    int size;
    try (var _ = limited(peer)) {
      size = ControlRequest.size(in);
    }
    int weight = size > SMALL ? 1 : 0;
    large.acquire(weight);
    try {
      Call call;
      try (var _ = limited(peer)) {
        call = ControlRequest.read(new BufferedInputStream(in), size);
      }
      return answer(call);
    } finally {
      large.release(weight);
    }
  }

  private interface Limit extends AutoCloseable {
    @Override
    void close();
  }

  /** Until it is closed, a clock runs that ends the connection. */
  private Limit limited(SocketChannel peer) {
    var end =
        clock.schedule(
            () -> {
              peer.close();
              return true;
            },
            limits.patience().toMillis(),
            TimeUnit.MILLISECONDS);
    return () -> end.cancel(false);
  }

  private Answer answer(Call call) {
    try {
      return handler.answer(call);
    } catch (Exception e) {
      LOG.log(System.Logger.Level.ERROR, "stage=control action=" + call.action(), e);
      return Answer.failed("theca: " + call.action() + ": " + e.getMessage() + "\n");
    }
  }

  private static byte[] encode(Answer answer) throws IOException {
    byte[] error = answer.error().getBytes(StandardCharsets.UTF_8);
    int words = Math.min(error.length, MOST_WORDS);
    var message = new ByteArrayOutputStream();
    var fields = new DataOutputStream(message);
    fields.writeByte(answer.code());
    fields.writeInt(answer.out().length);
    fields.write(answer.out());
    fields.writeInt(words);
    fields.write(error, 0, words);
    return message.toByteArray();
  }

  @Override
  public void close() {
    try {
      listener.close();
      acceptor.interrupt();
      clock.shutdownNow();
      Files.deleteIfExists(socket);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
