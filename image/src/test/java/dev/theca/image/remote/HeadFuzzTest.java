package dev.theca.image.remote;

import static org.assertj.core.api.Assertions.assertThat;

import dev.theca.kit.Fuzz;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Whatever a registry sends before a body is an answer with one length, or refused. */
class HeadFuzzTest {
  private static byte[] text(String text) {
    return text.getBytes(StandardCharsets.ISO_8859_1);
  }

  @Test
  void heads_of_answers() {
    var seeds =
        List.of(
            text("HTTP/1.1 200 OK\r\nContent-Length: 5\r\nETag: a\r\n\r\nhello"),
            text("HTTP/1.1 206 Part\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n0\r\n\r\n"),
            text("HTTP/1.0 401 No\nWWW-Authenticate: Bearer realm=\"x\"\nConnection: close\n\n"),
            text("HTTP/1.1 200 OK\r\nX:" + " ".repeat(3000) + "y" + " ".repeat(3000) + "\r\n\r\n"));
    long runs =
        Fuzz.run(
            "http-head",
            seeds,
            input -> {
              var in = new ByteArrayInputStream(input);
              try {
                var head = Head.read(in::read, "GET");
                assertThat(head.status()).isBetween(100, 999);
                assertThat(head.length()).isGreaterThanOrEqualTo(Head.TO_THE_END);
                for (var values : head.fields().map().values())
                  for (String value : values)
                    assertThat(value).isEqualTo(value.strip()).doesNotContain("\r", "\n", "\0");
              } catch (IOException e) {
                assertThat(e.getMessage()).isNotNull(); // refused
              }
            });
    assertThat(runs).isGreaterThan(100);
  }
}
