package dev.theca.wire.grpc;

import dev.theca.wire.http2.Field;
import dev.theca.wire.rpc.RpcStatus;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** What the fields before a request say (RFC 9113 §8.2, §8.3; gRPC over HTTP2, "Requests"). */
sealed interface RequestHead {
  /** A call of {@code service/method}. */
  record Call(String method) implements RequestHead {}

  /** A call that cannot be answered as it is. */
  record Refused(RpcStatus status, String words) implements RequestHead {}

  /** A request of HTTP that is no call. */
  record NoCall(int httpStatus) implements RequestHead {}

  /** No request at all; the stream ends with PROTOCOL_ERROR. */
  record Malformed() implements RequestHead {}

  Set<String> PSEUDO = Set.of(":method", ":scheme", ":path", ":authority");
  Set<String> OF_CONNECTIONS =
      Set.of("connection", "keep-alive", "proxy-connection", "transfer-encoding", "upgrade");

  static RequestHead of(List<Field> fields) {
    Map<String, String> pseudo = new HashMap<>();
    boolean regular = false;
    for (Field field : fields) {
      String name = field.name();
      if (name.startsWith(":")) {
        if (regular || !PSEUDO.contains(name)) return new Malformed();
        if (pseudo.put(name, field.value()) != null) return new Malformed();
      } else {
        regular = true;
        if (!allowed(field)) return new Malformed();
      }
    }
    String path = pseudo.getOrDefault(":path", "");
    if (path.isEmpty() || !pseudo.containsKey(":method") || !pseudo.containsKey(":scheme"))
      return new Malformed();
    if (!pseudo.get(":method").equals("POST")) return new NoCall(405);
    return call(path, fields);
  }

  private static boolean allowed(Field field) {
    String name = field.name();
    if (name.isEmpty() || OF_CONNECTIONS.contains(name)) return false;
    if (name.equals("te")) return field.value().equals("trailers");
    return name.chars().noneMatch(c -> c <= ' ' || c >= 0x7F || (c >= 'A' && c <= 'Z'))
        && field.value().chars().noneMatch(c -> c == 0 || c == '\r' || c == '\n');
  }

  private static RequestHead call(String path, List<Field> fields) {
    String type = Blocks.value(fields, "content-type").orElse("");
    String rest = type.startsWith(Blocks.CONTENT_TYPE) ? type.substring(16) : "no";
    if (!rest.isEmpty() && !rest.startsWith("+") && !rest.startsWith(";")) return new NoCall(415);
    String encoding = Blocks.value(fields, "grpc-encoding").orElse("identity");
    if (!encoding.equals("identity"))
      return new Refused(RpcStatus.UNIMPLEMENTED, "messages are not taken compressed");
    if (!path.startsWith("/")) return new Refused(RpcStatus.UNIMPLEMENTED, "no method " + path);
    return new Call(path.substring(1));
  }
}
