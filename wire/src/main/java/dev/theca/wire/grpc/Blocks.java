package dev.theca.wire.grpc;

import dev.theca.wire.http2.Field;
import dev.theca.wire.http2.HpackEncoder;
import dev.theca.wire.rpc.RpcStatus;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;

/** Header blocks of answers, and the words in them (gRPC over HTTP2, "Responses"). */
final class Blocks {
  static final String CONTENT_TYPE = "application/grpc";

  /** The head of every answer that has messages. */
  private static final byte[] BEGIN =
      new HpackEncoder().field(":status", "200").field("content-type", CONTENT_TYPE).block();

  private static final HexFormat HEX = HexFormat.of().withUpperCase();
  private static final int MAX_WORDS = 4096;

  private Blocks() {}

  static byte[] begin() {
    return BEGIN.clone();
  }

  /** What follows the messages. */
  static byte[] end(RpcStatus status, String words) {
    return status(new HpackEncoder(), status, words);
  }

  /** A whole answer without messages. */
  static byte[] only(RpcStatus status, String words) {
    return status(
        new HpackEncoder().field(":status", "200").field("content-type", CONTENT_TYPE),
        status,
        words);
  }

  /** An answer to what is no call. */
  static byte[] http(int status) {
    return new HpackEncoder().field(":status", Integer.toString(status)).block();
  }

  private static byte[] status(HpackEncoder block, RpcStatus status, String words) {
    block.field("grpc-status", Integer.toString(status.ordinal()));
    if (!words.isEmpty()) block.field("grpc-message", quoted(words));
    return block.block();
  }

  /** Percent-encoded UTF-8; a text without end is cut. */
  static String quoted(String words) {
    String some = words.length() > MAX_WORDS ? words.substring(0, MAX_WORDS) : words;
    var out = new StringBuilder();
    for (byte b : some.getBytes(StandardCharsets.UTF_8)) {
      if (b >= ' ' && b <= '~' && b != '%') out.append((char) b);
      else out.append('%').append(HEX.toHexDigits(b));
    }
    return out.toString();
  }

  /** The words; what is not properly encoded stays as it is. */
  static String plain(String quoted) {
    byte[] in = quoted.getBytes(StandardCharsets.ISO_8859_1);
    byte[] out = new byte[in.length];
    int count = 0;
    for (int i = 0; i < in.length; i++) {
      boolean code =
          in[i] == '%'
              && i + 2 < in.length
              && HexFormat.isHexDigit(in[i + 1])
              && HexFormat.isHexDigit(in[i + 2]);
      if (code) {
        out[count++] = (byte) HexFormat.fromHexDigits(quoted, i + 1, i + 3);
        i += 2;
      } else {
        out[count++] = in[i];
      }
    }
    return new String(out, 0, count, StandardCharsets.UTF_8);
  }

  static Optional<String> value(List<Field> fields, String name) {
    return fields.stream().filter(f -> f.name().equals(name)).map(Field::value).findFirst();
  }

  /** How a call ended; what is no number, or none that is known, is {@link RpcStatus#UNKNOWN}. */
  static RpcStatus status(List<Field> fields) {
    String number = value(fields, "grpc-status").orElse("none");
    return number.matches("[0-9]{1,2}")
        ? RpcStatus.of(Integer.parseInt(number))
        : RpcStatus.UNKNOWN;
  }
}
