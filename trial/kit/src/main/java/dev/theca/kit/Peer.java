package dev.theca.kit;

import java.io.IOException;
import java.io.OutputStream;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.function.UnaryOperator;

/** The client's end of a connection, with everything that a server could do to it. */
public final class Peer {
  private final Socket socket;
  private final UnaryOperator<String> urls;
  private boolean over;

  Peer(Socket socket, UnaryOperator<String> urls) {
    this.socket = socket;
    this.urls = urls;
  }

  /** An absolute URL of this registry. */
  public String url(String path) {
    return urls.apply(path);
  }

  /** A whole answer, with the length of its body unless it says one itself. */
  public void send(Reply reply, Seen request) throws IOException {
    boolean said =
        reply.fields().keySet().stream()
            .anyMatch(n -> n.toLowerCase(Locale.ROOT).equals("content-length"));
    var whole = said ? reply : reply.with("Content-Length", reply.body().length + "");
    head(whole);
    if (!request.method().equals("HEAD")) raw(whole.body());
  }

  /** The status line and the fields, as they are. */
  public void head(Reply reply) throws IOException {
    var text = new StringBuilder("HTTP/1.1 " + reply.status() + " Said\r\n");
    reply.fields().forEach((n, v) -> text.append(n).append(": ").append(v).append("\r\n"));
    raw(text.append("\r\n").toString().getBytes(StandardCharsets.ISO_8859_1));
  }

  /** Any bytes. */
  public void raw(byte[] bytes) throws IOException {
    OutputStream out = socket.getOutputStream();
    out.write(bytes);
    out.flush();
  }

  public void raw(byte[] bytes, int offset, int length) throws IOException {
    socket.getOutputStream().write(bytes, offset, length);
    socket.getOutputStream().flush();
  }

  /** Ends the connection as if all were said. */
  public void close() throws IOException {
    over = true;
    socket.close();
  }

  /** Ends the connection with RST: what was sent may be lost, too. */
  public void reset() throws IOException {
    over = true;
    socket.setSoLinger(true, 0);
    socket.close();
  }

  /** Says nothing until the client leaves or the test ends. */
  public void stall() throws IOException {
    over = true;
    byte[] ignored = new byte[1024];
    while (socket.getInputStream().read(ignored) >= 0) {
      continue;
    }
  }

  boolean isOver() {
    return over || socket.isClosed();
  }
}
