package dev.theca.wire.grpc;

import dev.theca.wire.http2.Frame;
import dev.theca.wire.http2.FrameIn;
import dev.theca.wire.http2.Frames;
import dev.theca.wire.http2.HpackEncoder;
import dev.theca.wire.http2.Settings;
import dev.theca.wire.rpc.Gate;
import dev.theca.wire.rpc.RpcConnection;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** All that a client says on one connection. */
public final class FuzzGrpc {
  private static final String METHOD = "t.T/Say";

  private FuzzGrpc() {}

  /** The server reads to the end or refuses; what it says itself is right in any case. */
  public static void connection(byte[] input) {
    var peer = new Peer(input);
    Map<String, GrpcServer.Handler> handlers =
        Map.of(METHOD, (request, answers) -> answers.send(request));
    var gate = new Gate();
    gate.shut(); // requests are held, so that no thread outlives an input
    try {
      new Session(peer, handlers, gate).serve();
    } catch (IOException e) {
      if (e.getMessage() == null) throw new IllegalStateException(e);
    }
    checked(peer.said.toByteArray());
  }

  private static void checked(byte[] said) {
    var in = new FrameIn(Channels.newChannel(new ByteArrayInputStream(said)));
    try {
      for (Optional<Frame> frame = in.next(); frame.isPresent(); frame = in.next())
        if (frame.get().type() > Frame.WINDOW_UPDATE) throw new IllegalStateException("unknown");
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
  }

  /** Good connections. */
  public static List<byte[]> seeds() {
    var out = new ByteArrayOutputStream();
    out.writeBytes(FrameIn.preface());
    out.writeBytes(Settings.frame(Settings.INITIAL_WINDOW_SIZE, 100_000));
    byte[] block =
        new HpackEncoder()
            .field(":method", "POST")
            .field(":scheme", "http")
            .field(":path", "/" + METHOD)
            .field("te", "trailers")
            .field("content-type", "application/grpc")
            .block();
    out.writeBytes(Frames.headers(1, block, false));
    byte[] data = HexFormat.of().parseHex("0000000003616263");
    out.writeBytes(Frames.frame(Frame.DATA, Frame.END_STREAM, 1, data));
    byte[] plain = out.toByteArray();
    // fields that are kept in the table and named again; padding, a cancel, a ping, a trailer
    byte[] kept =
        HexFormat.of().parseHex("838644082f742e542f5361795f106170706c69636174696f6e2f67727063");
    out.writeBytes(Frames.frame(Frame.HEADERS, Frame.END_HEADERS, 3, kept));
    String more =
        "00000c 00 08 00000003 03 0000000003616263 000000"
            + "000004 03 00 00000003 00000008"
            + "000008 06 00 00000000 0102030405060708"
            + "000004 08 00 00000000 00000064"
            + "000000 04 01 00000000"
            + "000002 01 00 00000005 8386 000002 09 04 00000005 bebf"
            + "000008 00 00 00000005 0000000003616263"
            + "000001 01 05 00000005 88";
    out.writeBytes(HexFormat.of().parseHex(more.replace(" ", "")));
    return List.of(plain, out.toByteArray());
  }

  private static final class Peer implements RpcConnection {
    final ByteArrayOutputStream said = new ByteArrayOutputStream();
    private final ByteBuffer says;

    Peer(byte[] input) {
      says = ByteBuffer.wrap(input);
    }

    @Override
    public boolean awaitFrame() {
      return true;
    }

    @Override
    public int read(ByteBuffer into) {
      if (!says.hasRemaining()) return -1;
      int count = Math.min(says.remaining(), into.remaining());
      into.put(says.slice(says.position(), count));
      says.position(says.position() + count);
      return count;
    }

    @Override
    public int write(ByteBuffer from) {
      int count = from.remaining();
      byte[] bytes = new byte[count];
      from.get(bytes);
      said.writeBytes(bytes);
      return count;
    }

    @Override
    public boolean isOpen() {
      return true;
    }

    @Override
    public void close() {
      says.position(says.limit());
    }
  }
}
