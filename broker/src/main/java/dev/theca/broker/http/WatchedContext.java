package dev.theca.broker.http;

import io.helidon.common.buffers.DataReader;
import io.helidon.common.buffers.DataWriter;
import io.helidon.common.socket.HelidonSocket;
import io.helidon.common.socket.PeerInfo;
import io.helidon.webserver.CloseConnectionException;
import io.helidon.webserver.ConnectionContext;
import io.helidon.webserver.ListenerContext;
import io.helidon.webserver.ProxyProtocolData;
import io.helidon.webserver.Router;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import org.jspecify.annotations.Nullable;

/**
 * A connection whose every read is under a deadline. For HTTP/1.1 the server tells where a header
 * ends and an answer begins; for HTTP/2 the frames are followed.
 */
final class WatchedContext implements ConnectionContext {
  private enum Phase {
    WAITING,
    HEADER,
    HANDLING,
    ANSWERED
  }

  private final ConnectionContext inner;
  private final Deadlines deadlines;
  private final Watch watch;
  private final DataReader reader;
  private @Nullable Frames frames;
  private Phase phase = Phase.WAITING;

  WatchedContext(ConnectionContext inner, Deadlines deadlines, Watch watch) {
    this.inner = inner;
    this.deadlines = deadlines;
    this.watch = watch;
    this.reader = DataReader.create(this::pull);
    watch.arm(deadlines.header().toNanos());
  }

  /** From now on it is HTTP/2; {@code begun} are the bytes that came already. */
  void followFrames(byte[] begun) {
    frames = new Frames();
    framesReceived(frames, begun);
  }

  private byte @Nullable [] pull() {
    if (frames == null && phase == Phase.ANSWERED) {
      phase = Phase.WAITING;
      watch.arm(deadlines.idle().toNanos());
    }
    byte[] bytes = received();
    if (frames != null) {
      framesReceived(frames, bytes);
    } else if (phase == Phase.WAITING) {
      phase = Phase.HEADER;
      watch.arm(deadlines.header().toNanos());
    }
    return bytes;
  }

  private byte[] received() {
    var source = inner.dataReader();
    try {
      source.ensureAvailable();
    } catch (DataReader.InsufficientDataAvailableException e) {
      // the server would log this as a fault of its own, with a stack for each client that leaves
      if (frames == null && phase == Phase.HEADER)
        throw new CloseConnectionException("the client left within its header", e);
      throw e;
    }
    return source.readBytes(source.available());
  }

  private void framesReceived(Frames following, byte[] bytes) {
    boolean before = following.unfinished();
    following.received(bytes);
    boolean after = following.unfinished();
    if (!after) watch.arm(deadlines.idle().toNanos());
    else if (!before || bytes.length > 1024) watch.arm(deadlines.header().toNanos());
  }

  /** HTTP/1.1: the header is complete. */
  void headerEnds() {
    phase = Phase.HANDLING;
    watch.lift();
  }

  /** HTTP/1.1: an answer goes out; the next bytes belong to the next request. */
  void answered() {
    phase = Phase.ANSWERED;
  }

  @Override
  public DataReader dataReader() {
    return reader;
  }

  @Override
  public DataWriter dataWriter() {
    return inner.dataWriter();
  }

  @Override
  public ListenerContext listenerContext() {
    return inner.listenerContext();
  }

  @Override
  public ExecutorService executor() {
    return inner.executor();
  }

  @Override
  public Router router() {
    return inner.router();
  }

  @Override
  public Optional<ProxyProtocolData> proxyProtocolData() {
    return inner.proxyProtocolData();
  }

  @Override
  public HelidonSocket serverSocket() {
    return inner.serverSocket();
  }

  @Override
  public PeerInfo remotePeer() {
    return inner.remotePeer();
  }

  @Override
  public PeerInfo localPeer() {
    return inner.localPeer();
  }

  @Override
  public boolean isSecure() {
    return inner.isSecure();
  }

  @Override
  public String socketId() {
    return inner.socketId();
  }

  @Override
  public String childSocketId() {
    return inner.childSocketId();
  }

  /** What the client still says is read and dropped, so that it can read our last words. */
  void linger() {
    try {
      watch.arm(500_000_000L);
      long left = 4L << 20;
      while (left > 0) {
        byte[] dropped = inner.serverSocket().get();
        if (dropped == null) return;
        left -= dropped.length;
      }
    } catch (RuntimeException e) {
      return; // it is gone, or too slow: either way there is nothing left to say
    }
  }
}
