package dev.theca.wire.grpc;

import dev.theca.wire.http2.FrameOut;
import dev.theca.wire.http2.Frames;
import dev.theca.wire.rpc.RpcStatus;
import java.io.IOException;
import java.util.Optional;

/**
 * The answer to one call. A message leaves with what comes after it, so that the usual answer, one
 * message and a status, is a single write.
 */
final class Reply implements GrpcServer.Answers {
  private static final System.Logger LOG = System.getLogger("theca.grpc");
  private static final byte[] NOTHING = {};

  private final FrameOut out;
  private final FrameOut.Stream stream;
  private Optional<byte[]> waiting = Optional.empty();
  private boolean begun;

  Reply(FrameOut out, FrameOut.Stream stream) {
    this.out = out;
    this.stream = stream;
  }

  @Override
  public void send(byte[] message) {
    if (waiting.isPresent() && !write(waiting.get(), NOTHING))
      throw new GrpcException(RpcStatus.CANCELLED, "the caller has gone");
    waiting = Optional.of(Messages.prefixed(message));
  }

  /** The end of the answer, for a caller that may have gone. */
  void end(RpcStatus status, String words) {
    boolean head = waiting.isPresent() || begun;
    byte[] block = head ? Blocks.end(status, words) : Blocks.only(status, words);
    begun = begun || !head;
    boolean unused = write(waiting.orElse(NOTHING), Frames.headers(stream.id(), block, true));
  }

  private boolean write(byte[] message, byte[] after) {
    byte[] before = begun ? NOTHING : Frames.headers(stream.id(), Blocks.begin(), false);
    begun = true;
    waiting = Optional.empty();
    try {
      return out.data(stream, before, message, false, after);
    } catch (IOException e) {
      LOG.log(System.Logger.Level.DEBUG, () -> "an answer found no reader: " + e.getMessage());
      return false;
    }
  }
}
