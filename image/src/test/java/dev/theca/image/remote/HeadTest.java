package dev.theca.image.remote;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class HeadTest {
  private static Head read(String text, String method) throws IOException {
    var in = new ByteArrayInputStream(text.getBytes(StandardCharsets.ISO_8859_1));
    return Head.read(in::read, method);
  }

  @Test
  void fields_are_found_in_any_case_and_without_the_space_around_them() throws IOException {
    var head = read("HTTP/1.1 200 OK\r\nETag: \t a b \r\ncontent-length:5\r\n\r\n", "GET");
    assertThat(head.status()).isEqualTo(200);
    assertThat(head.fields().firstValue("etag")).contains("a b");
    assertThat(head.length()).isEqualTo(5);
    assertThat(head.kept()).isTrue();
  }

  @ParameterizedTest
  @CsvSource({
    "GET, HTTP/1.1 200 OK, Content-Length: 7, 7, true",
    "GET, HTTP/1.1 200, Transfer-Encoding: Chunked, -1, true",
    "GET, HTTP/1.1 200 , X: y, -2, false",
    "GET, HTTP/1.0 200 OK, Content-Length: 7, 7, false",
    "GET, HTTP/1.1 200 OK, 'Connection: x, Close', -2, false",
    "GET, HTTP/1.1 204 No, Content-Length: 7, 0, true",
    "HEAD, HTTP/1.1 200 OK, Content-Length: 7, 0, true",
    "GET, HTTP/1.1 304 No, X: y, 0, true"
  })
  void a_body_is_as_long_as_the_specification_says(
      String method, String status, String field, long length, boolean kept) throws IOException {
    var head = read(status + "\r\n" + field + "\r\n\r\n", method);
    assertThat(head.length()).isEqualTo(length);
    assertThat(head.kept()).isEqualTo(kept);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "HTTP/2 200 OK\r\n\r\n",
        "HTTP/1.1 20 OK\r\n\r\n",
        "HTTP/1.1 200 OK\r\nContent-Length: 5\r\nContent-Length: 6\r\n\r\n",
        "HTTP/1.1 200 OK\r\nContent-Length: -5\r\n\r\n",
        "HTTP/1.1 200 OK\r\nContent-Length: 0x5\r\n\r\n",
        "HTTP/1.1 200 OK\r\nContent-Length: 9999999999999999999\r\n\r\n",
        "HTTP/1.1 200 OK\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n",
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: gzip, chunked\r\n\r\n",
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n\r\n",
        "HTTP/1.1 200 OK\r\nA : b\r\n\r\n",
        "HTTP/1.1 200 OK\r\nA: b\r\n folded\r\n\r\n",
        "HTTP/1.1 200 OK\r\nA: b\u0000c\r\n\r\n",
        "HTTP/1.1 200 OK\r\nA: b\rc\r\n\r\n",
        "HTTP/1.1 200 OK\r\nno field\r\n\r\n",
        "HTTP/1.1 200 OK\r\nA: b\r\n",
        ""
      })
  void what_two_programs_could_read_differently_is_refused(String text) {
    assertThatThrownBy(() -> read(text, "GET")).isInstanceOf(IOException.class);
  }

  @Test
  void fields_without_end_are_refused_after_64_kibibytes() {
    assertThatThrownBy(() -> Head.read(() -> 'a', "GET")).hasMessageContaining("65536");
  }
}
