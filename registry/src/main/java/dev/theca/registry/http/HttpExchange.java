package dev.theca.registry.http;

import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/** One request and its answer. The answer's head and body are sent at once. */
public final class HttpExchange {
  private static final int DRAIN_BYTES = 1 << 20;

  private final RequestHead head;
  private final RequestBody body;
  private final Wire wire;
  private final boolean tls;
  private final Map<String, String> fields = new LinkedHashMap<>();
  private boolean open;
  private int status;
  private long sent;

  HttpExchange(RequestHead head, Wire wire, boolean tls) throws BadRequestException {
    this.head = head;
    this.body = new RequestBody(wire.in(), wire.out(), head);
    this.wire = wire;
    this.tls = tls;
    this.open = head.keepsOpen();
  }

  public RequestHead head() {
    return head;
  }

  /** The body; reading it asks a waiting peer to send it. */
  public InputStream body() {
    return body;
  }

  /** The address at the other end of the connection; a proxy's when there is one. */
  public InetAddress peer() {
    return wire.peer();
  }

  /** {@code https://host} or {@code http://host} as the peer calls us, if it says so plainly. */
  public Optional<String> base() {
    return head.field("host")
        .filter(host -> host.matches("[A-Za-z0-9.:\\[\\]-]{1,255}"))
        .map(host -> (tls ? "https://" : "http://") + host);
  }

  /** Puts a field into the answer. */
  public HttpExchange with(String name, String value) {
    fields.put(name, value);
    return this;
  }

  public void answer(int code) throws IOException {
    answer(code, new byte[0]);
  }

  public void answer(int code, byte[] content) throws IOException {
    begin(code, content.length, content);
  }

  /** What a GET would answer, without its body. */
  public void answerHead(int code, long lengthBytes) throws IOException {
    begin(code, lengthBytes, new byte[0]);
  }

  /** A part of a file; a HEAD gets the length only. */
  public void answer(int code, FileChannel file, long offset, long lengthBytes) throws IOException {
    begin(code, lengthBytes, new byte[0]);
    if (head.method().equals("HEAD")) return;
    wire.send(file, offset, lengthBytes);
    sent = lengthBytes;
  }

  /** The status that was sent, or 0. */
  public int status() {
    return status;
  }

  /** The bytes of the answer's body that were sent. */
  public long sent() {
    return sent;
  }

  /** The bytes of the request's body that were read. */
  public long received() {
    return body.received();
  }

  private void begin(int code, long lengthBytes, byte[] content) throws IOException {
    if (status != 0) throw new IllegalStateException("answered twice");
    status = code;
    // a body that nobody read and that is large: cheaper to begin anew than to read it
    if (!body.ended() && (body.unasked() || !drained())) open = false;
    var text = new StringBuilder("HTTP/1.1 ").append(code).append(' ').append(reason(code));
    text.append("\r\n");
    if (code != 204 && code != 304) fields.put("Content-Length", lengthBytes + "");
    if (!open) fields.put("Connection", "close");
    fields.forEach(
        (name, value) -> text.append(name).append(": ").append(printable(value)).append("\r\n"));
    byte[] bytes = text.append("\r\n").toString().getBytes(StandardCharsets.US_ASCII);
    boolean bare = head.method().equals("HEAD") || code == 204 || code == 304;
    int n = bare ? 0 : content.length;
    byte[] all = java.util.Arrays.copyOf(bytes, bytes.length + n);
    System.arraycopy(content, 0, all, bytes.length, n);
    wire.out().write(all, 0, all.length);
    wire.out().flush();
    sent = n;
  }

  /** Line ends in a value would begin another field. */
  private static String printable(String value) {
    return value.replaceAll("[^ -~]", "?");
  }

  private boolean drained() throws IOException {
    byte[] block = new byte[8192];
    for (int sum = 0; sum <= DRAIN_BYTES; ) {
      int n = body.read(block, 0, block.length);
      if (n < 0) return true;
      sum += n;
    }
    return false;
  }

  /** Whether the peer went away while it sent the body. */
  public boolean broken() {
    return body.broken();
  }

  /** Whether another request may follow. */
  boolean staysOpen() {
    return open && status != 0 && body.ended();
  }

  static String reason(int code) {
    return switch (code) {
      case 200 -> "OK";
      case 201 -> "Created";
      case 202 -> "Accepted";
      case 204 -> "No Content";
      case 206 -> "Partial Content";
      case 304 -> "Not Modified";
      case 400 -> "Bad Request";
      case 401 -> "Unauthorized";
      case 403 -> "Forbidden";
      case 404 -> "Not Found";
      case 405 -> "Method Not Allowed";
      case 413 -> "Content Too Large";
      case 416 -> "Range Not Satisfiable";
      case 429 -> "Too Many Requests";
      case 503 -> "Service Unavailable";
      case 507 -> "Insufficient Storage";
      default -> code < 400 ? "OK" : code < 500 ? "Refused" : "Fault";
    };
  }
}
