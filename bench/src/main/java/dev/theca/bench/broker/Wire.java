package dev.theca.bench.broker;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.Locale;

/**
 * One kept-alive HTTP/1.1 connection, as thin as can be: the driver must not cost more than the
 * server that it measures.
 */
final class Wire implements AutoCloseable {
  private final Socket socket;
  private final InputStream in;
  private final OutputStream out;
  private final String host;
  private final int number;
  private int requests;

  /** A status, the session cookie that was set (empty for none) and the body. */
  record Reply(int status, String cookie, byte[] body) {}

  /**
   * Connects; each request is of another of 256 clients that this connection speaks for, so that no
   * client is above the rate that one may have.
   *
   * @param number of the connection, less than 65536
   */
  Wire(InetSocketAddress address, int number) throws IOException {
    this.number = number;
    socket = new Socket();
    socket.setTcpNoDelay(true);
    socket.setSoTimeout(30_000);
    socket.connect(address, 5_000);
    in = new BufferedInputStream(socket.getInputStream(), 16 << 10);
    out = socket.getOutputStream();
    host = address.getHostString() + ":" + address.getPort();
  }

  Reply send(String method, String path, String header, byte[] body) throws IOException {
    String head =
        method
            + " "
            + path
            + " HTTP/1.1\r\nHost: "
            + host
            + "\r\nX-Forwarded-For: 10."
            + (number >> 8)
            + '.'
            + (number & 0xff)
            + '.'
            + (requests++ & 0xff)
            + "\r\n"
            + (header.isEmpty() ? "" : header + "\r\n")
            + (body.length == 0 ? "" : "Content-Type: application/json\r\n")
            + "Content-Length: "
            + body.length
            + "\r\n\r\n";
    byte[] first = head.getBytes(StandardCharsets.US_ASCII);
    byte[] all = new byte[first.length + body.length];
    System.arraycopy(first, 0, all, 0, first.length);
    System.arraycopy(body, 0, all, first.length, body.length);
    out.write(all);
    return read();
  }

  private Reply read() throws IOException {
    String status = line();
    if (!status.startsWith("HTTP/1.1 ")) throw new IOException("no answer but '" + status + "'");
    int length = -1;
    boolean chunked = false;
    String cookie = "";
    for (String header = line(); !header.isEmpty(); header = line()) {
      int colon = header.indexOf(':');
      String name = header.substring(0, colon).toLowerCase(Locale.ROOT);
      String value = header.substring(colon + 1).strip();
      switch (name) {
        case "content-length" -> length = Integer.parseInt(value);
        case "transfer-encoding" -> chunked = true;
        case "set-cookie" -> cookie = value.substring(0, value.indexOf(';'));
        default -> {}
      }
    }
    if (chunked || length < 0) throw new IOException("an answer without Content-Length");
    byte[] body = in.readNBytes(length);
    if (body.length < length) throw new IOException("the answer was cut");
    return new Reply(Integer.parseInt(status.substring(9, 12)), cookie, body);
  }

  private String line() throws IOException {
    var text = new StringBuilder(80);
    for (int c = in.read(); c != '\n'; c = in.read()) {
      if (c < 0) throw new IOException("the server closed the connection");
      if (c != '\r') text.append((char) c);
    }
    return text.toString();
  }

  @Override
  public void close() throws IOException {
    socket.close();
  }
}
