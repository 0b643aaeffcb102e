package dev.theca.registry;

import dev.theca.image.Document;
import dev.theca.registry.http.HttpExchange;
import dev.theca.registry.store.Names;
import dev.theca.registry.store.References;
import dev.theca.registry.store.Store;
import dev.theca.registry.store.Stored;
import dev.theca.wire.Digest;
import dev.theca.wire.Outcome;
import java.io.IOException;
import java.util.Optional;

/** {@code /v2/NAME/manifests/REFERENCE}: end-3, end-7 and end-9 of the specification. */
final class ManifestApi {
  private final Store store;
  private final boolean deletes;

  ManifestApi(Store store, boolean deletes) {
    this.store = store;
    this.deletes = deletes;
  }

  void answer(HttpExchange exchange, String repository, String reference) throws IOException {
    boolean tag = reference.indexOf(':') < 0;
    if (tag ? !Names.isTag(reference) : Names.digest(reference).isEmpty()) {
      if (tag) RegistryError.MANIFEST_INVALID.answer(exchange, "not a tag");
      else RegistryError.DIGEST_INVALID.answer(exchange, "not a sha256 or sha512 digest");
      return;
    }
    switch (exchange.head().method()) {
      case "GET", "HEAD" -> give(exchange, repository, reference);
      case "PUT" -> take(exchange, repository, reference);
      case "DELETE" -> {
        if (deletes) delete(exchange, repository, reference);
        else Api.unsupported(exchange, "GET, HEAD, PUT");
      }
      default -> Api.unsupported(exchange, "GET, HEAD, PUT, DELETE");
    }
  }

  private void give(HttpExchange exchange, String repository, String reference) throws IOException {
    var digest =
        reference.indexOf(':') < 0 ? store.tagged(repository, reference) : Names.digest(reference);
    var found =
        digest.isEmpty() ? Optional.<Stored>empty() : store.manifest(repository, digest.get());
    if (found.isEmpty()) {
      unknown(exchange, repository);
      return;
    }
    String etag = "\"" + found.get().digest() + "\"";
    exchange
        .with("Docker-Content-Digest", found.get().digest().toString())
        .with("ETag", etag)
        .with("Content-Type", found.get().mediaType());
    if (exchange.head().field("if-none-match").filter(etag::equals).isPresent())
      exchange.answer(304);
    else exchange.answer(200, found.get().bytes());
  }

  private void unknown(HttpExchange exchange, String repository) throws IOException {
    if (store.exists(repository))
      RegistryError.MANIFEST_UNKNOWN.answer(exchange, "no such manifest in this repository");
    else RegistryError.NAME_UNKNOWN.answer(exchange, "no such repository");
  }

  private void take(HttpExchange exchange, String repository, String reference) throws IOException {
    byte[] bytes = exchange.body().readNBytes(Document.MAX_BYTES + 1);
    if (bytes.length > Document.MAX_BYTES) {
      RegistryError.MANIFEST_INVALID.answer(
          exchange, 413, "more than " + Document.MAX_BYTES + " bytes");
      return;
    }
    var named = Names.digest(reference);
    var digest = named.isPresent() ? named.get() : Digest.sha256(bytes);
    if (named.isPresent()) {
      var hasher = Digest.hasher(digest.algorithm());
      hasher.update(bytes);
      if (!Digest.finish(digest.algorithm(), hasher).equals(digest)) {
        RegistryError.DIGEST_INVALID.answer(exchange, "the manifest has another digest");
        return;
      }
    }
    switch (Document.of(bytes, digest)) {
      case Outcome.Refused<Document>(var reasons) -> invalid(exchange, reasons.getFirst() + "");
      case Outcome.Granted<Document>(var document) ->
          keep(exchange, repository, reference, document);
    }
  }

  private void keep(HttpExchange exchange, String repository, String reference, Document document)
      throws IOException {
    String said = exchange.head().field("content-type").orElse(document.mediaType());
    if (!said.split(";")[0].strip().equals(document.mediaType())) {
      invalid(exchange, "the Content-Type is not the document's " + document.mediaType());
      return;
    }
    switch (References.of(document)) {
      case Outcome.Refused<References>(var reasons) -> invalid(exchange, reasons.getFirst() + "");
      case Outcome.Granted<References>(var names) -> {
        var stored = new Stored(document.bytes(), document.digest(), document.mediaType());
        var missing = store.putManifest(repository, stored, names);
        if (missing.isPresent()) {
          RegistryError.MANIFEST_BLOB_UNKNOWN.answer(
              exchange, "push the blob " + missing.get() + " first");
          return;
        }
        if (reference.indexOf(':') < 0) store.tag(repository, reference, stored.digest());
        names.subject().ifPresent(subject -> exchange.with("OCI-Subject", subject.toString()));
        exchange
            .with("Location", "/v2/" + repository + "/manifests/" + stored.digest())
            .with("Docker-Content-Digest", stored.digest().toString())
            .answer(201);
      }
    }
  }

  private static void invalid(HttpExchange exchange, String message) throws IOException {
    RegistryError.MANIFEST_INVALID.answer(exchange, message);
  }

  private void delete(HttpExchange exchange, String repository, String reference)
      throws IOException {
    var digest = Names.digest(reference);
    if (digest.isEmpty() ? store.deleteTag(repository, reference) : gone(repository, digest.get()))
      exchange.answer(202);
    else unknown(exchange, repository);
  }

  private boolean gone(String repository, Digest digest) throws IOException {
    var stored = store.manifest(repository, digest);
    if (stored.isEmpty()) return false;
    var subject =
        Document.of(stored.get().bytes(), digest).then(References::of).orThrow().subject();
    return store.deleteManifest(repository, digest, subject);
  }
}
