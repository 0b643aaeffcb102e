package dev.theca.wire.ttrpc;

import dev.theca.wire.proto.ProtoReader;
import dev.theca.wire.proto.ProtoWriter;
import dev.theca.wire.rpc.RpcStatus;
import dev.theca.wire.ttrpc.TtrpcException.Detail;
import java.util.ArrayList;

/** The Response message: a payload, or a status that is not OK. */
final class TtrpcAnswer {
  private TtrpcAnswer() {}

  static byte[] ok(byte[] payload) {
    return new ProtoWriter().bytes(2, payload).toBytes();
  }

  static byte[] failed(TtrpcException e) {
    var status =
        new ProtoWriter().varint(1, e.status().ordinal()).string(2, String.valueOf(e.getMessage()));
    for (Detail detail : e.details()) {
      status.message(3, new ProtoWriter().string(1, detail.type()).bytes(2, detail.value()));
    }
    return new ProtoWriter().message(1, status).toBytes();
  }

  /** The payload, or the status as an exception. */
  static byte[] open(byte[] data) {
    byte[] payload = {};
    var in = new ProtoReader(data);
    while (in.next()) {
      switch (in.field()) {
        case 1 -> throwUnlessOk(in.message());
        case 2 -> payload = in.bytes();
        default -> {}
      }
    }
    return payload;
  }

  private static void throwUnlessOk(ProtoReader in) {
    int code = 0;
    String message = "";
    var details = new ArrayList<Detail>();
    while (in.next()) {
      switch (in.field()) {
        case 1 -> code = in.int32();
        case 2 -> message = in.string();
        case 3 -> details.add(detail(in.message()));
        default -> {}
      }
    }
    if (code != 0) throw new TtrpcException(RpcStatus.of(code), message, details);
  }

  private static Detail detail(ProtoReader in) {
    String type = "";
    byte[] value = {};
    while (in.next()) {
      if (in.field() == 1) type = in.string();
      if (in.field() == 2) value = in.bytes();
    }
    return new Detail(type, value);
  }
}
