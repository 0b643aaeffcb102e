package dev.theca.linux.fuse;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;

/** Requests as the kernel would send them, in bytes, and the same laid out for either transport. */
final class Requests {
  static final int MAX_WRITE = 1 << 16;

  private Requests() {}

  /** The header, then {@code rest}. */
  static byte[] of(int opcode, long node, byte[] rest) {
    var all = ByteBuffer.allocate(40 + rest.length).order(ByteOrder.LITTLE_ENDIAN);
    all.putInt(all.capacity()).putInt(opcode).putLong(77).putLong(node);
    all.putInt(1000).putInt(1000).putInt(1).putInt(0).put(rest);
    return all.array();
  }

  /** Fixed fields of four bytes, then text. */
  static byte[] rest(String text, int... fields) {
    byte[] bytes = text.getBytes(java.nio.charset.StandardCharsets.ISO_8859_1);
    var all = ByteBuffer.allocate(4 * fields.length + bytes.length).order(ByteOrder.LITTLE_ENDIAN);
    for (int field : fields) all.putInt(field);
    return all.put(bytes).array();
  }

  /** A good request of every operation. */
  static List<byte[]> good() {
    var all = new java.util.ArrayList<byte[]>();
    for (FuseOp op : FuseOp.values()) {
      if (op == FuseOp.INIT) continue;
      all.add(of(op.code, 1, rest("name\0target\0", new int[op.fixedSize / 4])));
    }
    all.add(of(26, 0, rest("", 7, 45, 131072, -1, -1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0)));
    all.add(of(15, 2, rest("", 0, 0, 0, 0, 4096, 0, 0, 0, 0, 0)));
    all.add(of(16, 2, rest("data", 0, 0, 0, 0, 4, 0, 0, 0, 0, 0)));
    all.add(of(42, 0, rest("", 2, 0, 1, 0, 1, 0, 2, 0, 1, 0)));
    all.add(of(21, 2, rest("user.x\0value", 5, 0)));
    return all;
  }

  static FuseInit init(boolean ring) {
    return new FuseInit(FuseOptions.of("test"), MAX_WRITE, () -> ring);
  }

  static FuseDispatch dispatch(FuseHandler handler) {
    return new FuseDispatch(handler, init(false), 1);
  }

  /** The answer to a request on the device; empty when it was none, or wants none. */
  static ByteBuffer onDevice(FuseDispatch dispatch, byte[] request) {
    var in = ByteBuffer.allocateDirect(MAX_WRITE + 8192);
    var out = ByteBuffer.allocateDirect(MAX_WRITE + 8192);
    var place = FuseRequest.ofDevice(in, out);
    in.put(0, request, 0, Math.min(request.length, in.capacity()));
    boolean wanted = place.received(request.length) && dispatch.answer(place);
    return wanted ? out : out.position(0).limit(0);
  }

  /** The answer to a request in a ring's entry, laid out as one on the device. */
  static ByteBuffer onRing(FuseDispatch dispatch, byte[] request) {
    if (request.length < 40) return ByteBuffer.allocate(0);
    var op =
        request.length < 40
            ? null
            : FuseOp.of(ByteBuffer.wrap(request).order(ByteOrder.LITTLE_ENDIAN).getInt(4));
    int fixed = Math.min(Math.max(0, request.length - 40), op == null ? 0 : op.fixedSize);
    var header = ByteBuffer.allocateDirect(288).order(ByteOrder.LITTLE_ENDIAN);
    var payload = ByteBuffer.allocateDirect(MAX_WRITE).order(ByteOrder.LITTLE_ENDIAN);
    int names = Math.max(0, request.length - 40 - fixed);
    header.put(0, request, 0, Math.min(40, request.length));
    if (fixed > 0) header.put(128, request, 40, fixed);
    payload.put(
        0,
        request,
        40 + fixed > request.length ? request.length : 40 + fixed,
        Math.min(names, MAX_WRITE));
    header.putInt(272, names);
    var place = FuseRequest.ofRing(header, payload);
    if (!place.received() || !dispatch.answer(place)) return ByteBuffer.allocate(0);
    int size = header.getInt(272);
    var out = ByteBuffer.allocate(16 + size).order(ByteOrder.LITTLE_ENDIAN);
    return out.put(0, header, 0, 16).put(16, payload, 0, size);
  }
}
