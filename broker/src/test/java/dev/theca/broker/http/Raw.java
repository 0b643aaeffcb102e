package dev.theca.broker.http;

import static org.assertj.core.api.Assertions.assertThat;

import dev.theca.wire.json.Json;
import dev.theca.wire.json.JsonObject;
import java.io.IOException;
import java.net.Socket;
import java.nio.charset.StandardCharsets;

/** Bytes to a server and bytes back, as no polite client would send them. */
final class Raw implements AutoCloseable {
  final Socket socket;

  Raw(Front front) throws IOException {
    socket = new Socket();
    socket.connect(front.addresses().getFirst());
    socket.setSoTimeout(20_000);
  }

  Raw say(String text) throws IOException {
    socket.getOutputStream().write(text.getBytes(StandardCharsets.ISO_8859_1));
    socket.getOutputStream().flush();
    return this;
  }

  /** Everything until the server closes. */
  String rest() throws IOException {
    return new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
  }

  /** Up to the end of a header. */
  String header() throws IOException {
    var text = new StringBuilder();
    while (text.indexOf("\r\n\r\n") < 0) {
      int c = socket.getInputStream().read();
      if (c < 0) break;
      text.append((char) c);
    }
    return text.toString();
  }

  static String once(Front front, String text) throws IOException {
    try (var raw = new Raw(front)) {
      return raw.say(text).rest();
    }
  }

  static JsonObject problem(String answer) {
    int at = answer.indexOf("\r\n\r\n");
    assertThat(at).as(answer).isPositive();
    return problem(answer.substring(at + 4).getBytes(StandardCharsets.UTF_8));
  }

  /** Each answer but 200 is ErrorInformation. */
  static JsonObject problem(byte[] body) {
    var json = Json.object(body).orThrow();
    assertThat(json.string("type").orElse(""))
        .startsWith("https://github.com/confidential-containers/kbs/errors/");
    assertThat(json.string("detail")).isPresent();
    return json;
  }

  @Override
  public void close() throws IOException {
    socket.close();
  }
}
