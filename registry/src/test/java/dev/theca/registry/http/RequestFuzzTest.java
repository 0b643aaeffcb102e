package dev.theca.registry.http;

import static org.assertj.core.api.Assertions.assertThat;

import dev.theca.kit.Fuzz;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Whatever arrives is a request, or is refused: never anything else, and never for long. */
class RequestFuzzTest {
  private static final List<byte[]> SEEDS =
      List.of(
          bytes(
              "GET /v2/a%20b/blobs/sha256:0?x=%41&y HTTP/1.1\r\nHost: h\r\nRange: bytes=1-\r\n\r\n"),
          bytes(
              "PUT /v2/ HTTP/1.1\r\nHost: h\r\nContent-Length: 3\r\nExpect: 100-continue\r\n\r\nabc"),
          bytes(
              "PATCH /v2/a HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n"
                  + "3;a=b\r\nabc\r\nf\r\n0123456789abcde\r\n0\r\nA: b\r\n\r\n"));

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.US_ASCII);
  }

  @Test
  void requests() {
    long runs =
        Fuzz.run(
            "registry-request",
            SEEDS,
            input -> {
              var in = new ByteArrayInputStream(input);
              int first = in.read();
              if (first < 0) return;
              var head = RequestHead.read(first, in, HttpBounds.DEFAULT);
              assertThat(head.path()).startsWith("/");
              var body = new RequestBody(in, OutputStream.nullOutputStream(), head);
              assertThat(body.readAllBytes().length).isLessThanOrEqualTo(input.length);
            },
            IOException.class);
    assertThat(runs).isPositive();
  }
}
