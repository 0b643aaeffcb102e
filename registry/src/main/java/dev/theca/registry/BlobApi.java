package dev.theca.registry;

import dev.theca.registry.ByteRange.Asked;
import dev.theca.registry.http.HttpExchange;
import dev.theca.registry.store.Store;
import dev.theca.wire.Digest;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.NoSuchFileException;
import java.nio.file.StandardOpenOption;

/** {@code /v2/NAME/blobs/DIGEST}: end-2 and end-10 of the specification. */
final class BlobApi {
  private final Store store;
  private final boolean deletes;

  BlobApi(Store store, boolean deletes) {
    this.store = store;
    this.deletes = deletes;
  }

  void answer(HttpExchange exchange, String repository, Digest digest) throws IOException {
    switch (exchange.head().method()) {
      case "GET", "HEAD" -> give(exchange, repository, digest);
      case "DELETE" -> {
        if (!deletes) Api.unsupported(exchange, "GET, HEAD");
        else if (store.deleteBlob(repository, digest)) exchange.answer(202);
        else RegistryError.BLOB_UNKNOWN.answer(exchange, "no such blob in this repository");
      }
      default -> Api.unsupported(exchange, "GET, HEAD, DELETE");
    }
  }

  private void give(HttpExchange exchange, String repository, Digest digest) throws IOException {
    var file = store.blob(repository, digest);
    if (file.isEmpty()) {
      RegistryError.BLOB_UNKNOWN.answer(exchange, "no such blob in this repository");
      return;
    }
    try (var content = FileChannel.open(file.get(), StandardOpenOption.READ)) {
      give(exchange, digest, content);
    } catch (NoSuchFileException e) {
      RegistryError.BLOB_UNKNOWN.answer(exchange, "no such blob in this repository");
    }
  }

  private static void give(HttpExchange exchange, Digest digest, FileChannel content)
      throws IOException {
    String tag = "\"" + digest + "\"";
    exchange
        .with("Docker-Content-Digest", digest.toString())
        .with("ETag", tag)
        .with("Accept-Ranges", "bytes")
        .with("Cache-Control", "max-age=31536000, immutable");
    var head = exchange.head();
    if (head.field("if-none-match").filter(tag::equals).isPresent()) {
      exchange.answer(304);
      return;
    }
    long size = content.size();
    // a condition that does not hold makes the range void (RFC 9110 section 13.1.5)
    boolean current = head.field("if-range").map(tag::equals).orElse(true);
    var range = head.field("range").filter(r -> current && head.method().equals("GET"));
    exchange.with("Content-Type", "application/octet-stream");
    switch (range.map(r -> ByteRange.asked(r, size)).orElse(new Asked.Whole())) {
      case Asked.Whole() -> exchange.answer(200, content, 0, size);
      case Asked.Part(var part) -> {
        exchange.with("Content-Range", "bytes " + part.first() + "-" + part.last() + "/" + size);
        exchange.answer(206, content, part.first(), part.length());
      }
      case Asked.Nothing() -> {
        exchange.with("Content-Range", "bytes */" + size);
        RegistryError.SIZE_INVALID.answer(exchange, 416, "the blob has " + size + " bytes");
      }
    }
  }
}
