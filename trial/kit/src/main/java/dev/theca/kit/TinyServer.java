package dev.theca.kit;

import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Function;

/** HTTP/1.1 on loopback, one request per connection, answers by a function of the request. */
public final class TinyServer implements AutoCloseable {
  public record Request(String method, String path, Map<String, String> headers) {}

  public record Answer(int status, Map<String, String> headers, byte[] body) {}

  private final ServerSocket socket;
  private final Function<Request, Answer> answers;

  public TinyServer(Function<Request, Answer> answers) throws IOException {
    this.answers = answers;
    socket = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
    Thread.ofVirtual().start(this::accept);
  }

  public int port() {
    return socket.getLocalPort();
  }

  public URI uri() {
    return URI.create("http://127.0.0.1:" + port());
  }

  private void accept() {
    while (!socket.isClosed()) {
      try {
        var peer = socket.accept();
        Thread.ofVirtual().start(() -> serve(peer));
      } catch (IOException e) {
        return; // closed
      }
    }
  }

  private void serve(Socket peer) {
    try (peer) {
      var in = peer.getInputStream();
      String[] first = line(in).split(" ");
      if (first.length < 2) return;
      var headers = new TreeMap<String, String>(String.CASE_INSENSITIVE_ORDER);
      for (String line; !(line = line(in)).isEmpty(); ) {
        int colon = line.indexOf(':');
        headers.put(line.substring(0, colon), line.substring(colon + 1).strip());
      }
      var answer = answers.apply(new Request(first[0], first[1], headers));
      var head = new StringBuilder("HTTP/1.1 " + answer.status + " x\r\nConnection: close\r\n");
      answer.headers.forEach((k, v) -> head.append(k).append(": ").append(v).append("\r\n"));
      head.append("Content-Length: ").append(answer.body.length).append("\r\n\r\n");
      var out = peer.getOutputStream();
      out.write(head.toString().getBytes(StandardCharsets.US_ASCII));
      if (!first[0].equals("HEAD")) out.write(answer.body);
      out.flush();
    } catch (IOException e) {
      return; // the reader left: a body beyond its limit is not read to the end
    }
  }

  private static String line(InputStream in) throws IOException {
    var line = new StringBuilder();
    for (int c; (c = in.read()) >= 0 && c != '\n'; ) if (c != '\r') line.append((char) c);
    return line.toString();
  }

  @Override
  public void close() throws IOException {
    socket.close();
  }
}
