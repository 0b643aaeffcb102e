package dev.theca.image.remote;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import javax.net.ssl.SSLContext;

/** A server that answers as its script says, down to single bytes; on loopback, on a free port. */
public final class FakeRegistry implements AutoCloseable {
  /** A request as it came; names of fields in lower case. */
  public record Request(String method, String target, Map<String, String> fields, byte[] body) {
    public String field(String name) {
      return fields.getOrDefault(name, "");
    }

    public String path() {
      return target.replaceFirst("\\?.*", "");
    }

    @Override
    public String toString() {
      return method + " " + target;
    }
  }

  /** What is sent back. */
  public static final class Reply {
    public final OutputStream out;

    Reply(OutputStream out) {
      this.out = out;
    }

    public void send(int status, byte[] body, String... fields) throws IOException {
      head(status, body.length, fields);
      out.write(body);
      out.flush();
    }

    public void send(int status, String body, String... fields) throws IOException {
      send(status, body.getBytes(StandardCharsets.UTF_8), fields);
    }

    /** Only the start, with a length that may be a lie; below zero: until the end of connection. */
    public void head(int status, long length, String... fields) throws IOException {
      var text = new StringBuilder("HTTP/1.1 " + status + " Some Words\r\n");
      if (length >= 0) text.append("Content-Length: ").append(length).append("\r\n");
      for (String field : fields) text.append(field).append("\r\n");
      out.write((text + "\r\n").getBytes(StandardCharsets.ISO_8859_1));
      out.flush();
    }
  }

  /** Breaks the connection. */
  public static final class HangUp extends IOException {}

  public interface Script {
    void answer(Request request, Reply reply) throws IOException;
  }

  public final List<Request> requests = Collections.synchronizedList(new ArrayList<>());
  private final List<Socket> open = Collections.synchronizedList(new ArrayList<>());
  private final ServerSocket server;
  private final Script script;

  public FakeRegistry(Script script) throws IOException {
    this(script, new ServerSocket(0, 50, InetAddress.getLoopbackAddress()));
  }

  FakeRegistry(Script script, SSLContext tls) throws IOException {
    this(
        script,
        tls.getServerSocketFactory().createServerSocket(0, 50, InetAddress.getLoopbackAddress()));
  }

  FakeRegistry(Script script, ServerSocket server) {
    this.script = script;
    this.server = server;
    Thread.startVirtualThread(this::accept);
  }

  public String host() {
    return "127.0.0.1:" + server.getLocalPort();
  }

  int port() {
    return server.getLocalPort();
  }

  /** Settings that try again at once, and name this host as insecure. */
  public RemoteSettings settings() {
    return quick().withInsecure(Set.of(host()));
  }

  /** The same with limits that are soon over: for scripts that keep their client waiting. */
  RemoteSettings impatient() {
    return settings()
        .withTimeouts(
            Timeouts.STANDARD
                .withAnswer(Duration.ofMillis(1500))
                .withIdle(Duration.ofMillis(700))
                .withDocument(Duration.ofMillis(2000)));
  }

  static RemoteSettings quick() {
    return RemoteSettings.standard()
        .withRetries(
            new Retries(3, Duration.ofMillis(1), Duration.ofMillis(5), Duration.ofMillis(80)))
        .withTimeouts(Timeouts.STANDARD.withConnect(Duration.ofSeconds(30)));
  }

  List<String> asked() {
    synchronized (requests) {
      return requests.stream().map(Request::toString).toList();
    }
  }

  private void accept() {
    try {
      while (true) {
        Socket socket = server.accept();
        socket.setTcpNoDelay(true);
        open.add(socket);
        Thread.startVirtualThread(() -> serve(socket));
      }
    } catch (IOException e) {
      return; // closed
    }
  }

  private void serve(Socket socket) {
    try (socket;
        var in = new BufferedInputStream(socket.getInputStream())) {
      while (true) {
        Request request = read(in);
        if (request == null) return;
        var reply = new Reply(socket.getOutputStream());
        if (request.target.equals("/v2/")) {
          reply.send(200, "{}");
          continue;
        }
        requests.add(request);
        script.answer(request, reply);
      }
    } catch (IOException e) {
      return; // the client has gone, or the script hangs up
    }
  }

  private static Request read(InputStream in) throws IOException {
    String first = line(in);
    if (first.isEmpty()) return null;
    var fields = new LinkedHashMap<String, String>();
    for (String line; !(line = line(in)).isEmpty(); ) {
      int colon = line.indexOf(':');
      fields.put(
          line.substring(0, colon).toLowerCase(Locale.ROOT), line.substring(colon + 1).strip());
    }
    int length = Integer.parseInt(fields.getOrDefault("content-length", "0"));
    byte[] body = in.readNBytes(length);
    if (body.length < length) throw new IOException("cut");
    String[] words = first.split(" ");
    return new Request(words[0], words[1], fields, body);
  }

  private static String line(InputStream in) throws IOException {
    var text = new StringBuilder();
    for (int c; (c = in.read()) >= 0 && c != '\n'; ) if (c != '\r') text.append((char) c);
    return text.toString();
  }

  @Override
  public void close() throws IOException {
    server.close();
    for (Socket socket : List.copyOf(open)) socket.close();
  }
}
