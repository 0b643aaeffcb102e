package dev.theca.registry;

import dev.theca.registry.auth.Action;
import dev.theca.registry.auth.Gate.Caller;
import dev.theca.registry.http.HttpExchange;
import dev.theca.registry.http.RequestHead;
import dev.theca.registry.store.Names;
import dev.theca.registry.store.Store;
import dev.theca.registry.store.Upload;
import dev.theca.wire.Digest;
import java.io.IOException;
import java.time.InstantSource;
import java.util.Optional;

/** {@code /v2/NAME/blobs/uploads/}: end-4 to end-6, end-11 and end-13 of the specification. */
final class UploadApi {
  private final Store store;
  private final InstantSource clock;
  private final long maxBytes;

  UploadApi(Store store, InstantSource clock, long maxBytes) {
    this.store = store;
    this.clock = clock;
    this.maxBytes = maxBytes;
  }

  /** POST: an upload of one request, a mount, or the begin of an upload. */
  void begin(HttpExchange exchange, Caller caller, String repository) throws IOException {
    if (!exchange.head().method().equals("POST")) {
      Api.unsupported(exchange, "POST");
      return;
    }
    var head = exchange.head();
    var wanted = head.parameter("mount").flatMap(Names::digest);
    var from = head.parameter("from").filter(Names::isRepository);
    if (wanted.isPresent()
        && from.filter(f -> caller.rights().allow(Action.PULL, f)).isPresent()
        && store.mount(repository, from.get(), wanted.get())) {
      created(exchange, repository, wanted.get());
      return;
    }
    var digest = head.parameter("digest");
    if (digest.isPresent() && Names.digest(digest.get()).isEmpty()) {
      RegistryError.DIGEST_INVALID.answer(exchange, "a digest is sha256:HEX or sha512:HEX");
      return;
    }
    var upload = store.begin(repository);
    if (upload.isEmpty()) {
      exchange.with("Retry-After", "10");
      RegistryError.TOOMANYREQUESTS.answer(exchange, "too many unfinished uploads; try again");
    } else if (digest.isPresent()) {
      take(exchange, repository, upload.get(), Names.digest(digest.get()));
    } else {
      exchange.with("Range", "0-0");
      place(exchange, repository, upload.get()).answer(202);
    }
  }

  void answer(HttpExchange exchange, String repository, String id) throws IOException {
    var upload = store.upload(repository, id);
    if (upload.isEmpty()) {
      RegistryError.BLOB_UPLOAD_UNKNOWN.answer(exchange, "no such upload; begin another");
      return;
    }
    switch (exchange.head().method()) {
      case "GET" -> state(exchange, repository, upload.get()).answer(204);
      case "PATCH" -> take(exchange, repository, upload.get(), Optional.empty());
      case "PUT" -> put(exchange, repository, upload.get());
      case "DELETE" -> cancel(exchange, repository, upload.get());
      default -> Api.unsupported(exchange, "GET, PATCH, PUT, DELETE");
    }
  }

  private void put(HttpExchange exchange, String repository, Upload upload) throws IOException {
    var digest = exchange.head().parameter("digest").flatMap(Names::digest);
    if (digest.isEmpty())
      RegistryError.DIGEST_INVALID.answer(exchange, "?digest=sha256:HEX or sha512:HEX is missing");
    else take(exchange, repository, upload, digest);
  }

  private void cancel(HttpExchange exchange, String repository, Upload upload) throws IOException {
    if (!upload.begin(clock.instant())) {
      busy(exchange);
      return;
    }
    try {
      store.cancel(repository, upload);
    } finally {
      upload.end();
    }
    exchange.answer(204);
  }

  /** What became of a body. */
  private enum Taken {
    ELSEWHERE,
    TOO_LARGE,
    MORE_TO_COME,
    COMPLETE,
    ANOTHER_DIGEST
  }

  /** Takes the body; with a digest the upload ends with it. */
  private void take(
      HttpExchange exchange, String repository, Upload upload, Optional<Digest> digest)
      throws IOException {
    if (!upload.begin(clock.instant())) {
      busy(exchange);
      return;
    }
    Taken taken;
    try {
      taken = taken(exchange, repository, upload, digest);
    } finally {
      upload.end(); // before the answer: the next request may come over another connection
    }
    switch (taken) {
      case ELSEWHERE -> {
        state(exchange, repository, upload);
        RegistryError.BLOB_UPLOAD_INVALID.answer(
            exchange, 416, "the next byte that is wanted is " + upload.size());
      }
      case TOO_LARGE ->
          RegistryError.SIZE_INVALID.answer(exchange, 413, "more than " + maxBytes + " bytes");
      case MORE_TO_COME -> state(exchange, repository, upload).answer(202);
      case COMPLETE -> created(exchange, repository, digest.orElseThrow());
      case ANOTHER_DIGEST ->
          RegistryError.DIGEST_INVALID.answer(exchange, "the bytes have another digest");
    }
  }

  private Taken taken(
      HttpExchange exchange, String repository, Upload upload, Optional<Digest> digest)
      throws IOException {
    if (!follows(exchange.head(), upload)) return Taken.ELSEWHERE;
    if (!upload.append(exchange.body(), maxBytes)) {
      store.cancel(repository, upload);
      return Taken.TOO_LARGE;
    }
    if (digest.isEmpty()) return Taken.MORE_TO_COME;
    return store.finish(repository, upload, digest.get()) ? Taken.COMPLETE : Taken.ANOTHER_DIGEST;
  }

  /** A chunk that says where it belongs must begin where the last one ended, and be that long. */
  private static boolean follows(RequestHead head, Upload upload) throws IOException {
    var said = head.field("content-range");
    if (said.isEmpty()) return true;
    var range = ByteRange.ofChunk(said.get());
    if (range.isEmpty() || range.get().first() != upload.size()) return false;
    long length = head.bodyLength();
    return length == RequestHead.CHUNKED || length == range.get().length();
  }

  private static void busy(HttpExchange exchange) throws IOException {
    RegistryError.BLOB_UPLOAD_INVALID.answer(
        exchange, 409, "another request is writing to this upload");
  }

  private static HttpExchange state(HttpExchange exchange, String repository, Upload upload) {
    exchange.with("Range", "0-" + Math.max(0, upload.size() - 1));
    return place(exchange, repository, upload);
  }

  private static HttpExchange place(HttpExchange exchange, String repository, Upload upload) {
    return exchange
        .with("Location", "/v2/" + repository + "/blobs/uploads/" + upload.id())
        .with("Docker-Upload-UUID", upload.id());
  }

  private static void created(HttpExchange exchange, String repository, Digest digest)
      throws IOException {
    exchange
        .with("Location", "/v2/" + repository + "/blobs/" + digest)
        .with("Docker-Content-Digest", digest.toString())
        .answer(201);
  }
}
