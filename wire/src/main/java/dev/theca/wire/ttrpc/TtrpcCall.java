package dev.theca.wire.ttrpc;

import dev.theca.wire.proto.ProtoReader;
import dev.theca.wire.proto.ProtoWriter;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * One request: who is called, with what, how long it may take (zero = no limit), and the metadata
 * beside it.
 */
public record TtrpcCall(
    String service, String method, byte[] payload, Duration timeout, Map<String, String> metadata) {
  public TtrpcCall {
    metadata = Map.copyOf(metadata);
  }

  byte[] encode() {
    var out =
        new ProtoWriter()
            .string(1, service)
            .string(2, method)
            .bytes(3, payload)
            .varint(4, timeout.toNanos());
    metadata.forEach(
        (key, value) -> out.message(5, new ProtoWriter().string(1, key).string(2, value)));
    return out.toBytes();
  }

  static TtrpcCall decode(byte[] data) {
    String service = "";
    String method = "";
    byte[] payload = {};
    long nanos = 0;
    var metadata = new LinkedHashMap<String, String>();
    var in = new ProtoReader(data);
    while (in.next()) {
      switch (in.field()) {
        case 1 -> service = in.string();
        case 2 -> method = in.string();
        case 3 -> payload = in.bytes();
        case 4 -> nanos = in.varint();
        case 5 -> in.entry(metadata);
        default -> {}
      }
    }
    return new TtrpcCall(service, method, payload, Duration.ofNanos(Math.max(0, nanos)), metadata);
  }
}
