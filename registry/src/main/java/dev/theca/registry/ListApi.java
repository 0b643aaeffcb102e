package dev.theca.registry;

import dev.theca.image.Document;
import dev.theca.image.Manifest;
import dev.theca.registry.auth.Action;
import dev.theca.registry.auth.Gate.Caller;
import dev.theca.registry.http.HttpExchange;
import dev.theca.registry.store.References;
import dev.theca.registry.store.Store;
import dev.theca.registry.store.Stored;
import dev.theca.wire.Digest;
import dev.theca.wire.json.Json;
import dev.theca.wire.json.JsonArray;
import dev.theca.wire.json.JsonObject;
import dev.theca.wire.json.JsonValue;
import java.io.IOException;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/** Tags, referrers and repositories: end-8, end-12 and Docker's catalog, a page at a time. */
final class ListApi {
  private static final int PAGE = 1000;

  private final Store store;

  ListApi(Store store) {
    this.store = store;
  }

  void tags(HttpExchange exchange, String repository) throws IOException {
    if (!store.exists(repository)) {
      RegistryError.NAME_UNKNOWN.answer(exchange, "no such repository");
      return;
    }
    var tags =
        page(exchange, store.tags(repository), Store.LEXICAL, "/v2/" + repository + "/tags/list");
    send(
        exchange,
        "application/json",
        JsonObject.builder().put("name", repository).put("tags", JsonArray.strings(tags)).build());
  }

  void catalog(HttpExchange exchange, Caller caller) throws IOException {
    var readable =
        store.repositories().stream()
            .filter(name -> caller.rights().allow(Action.PULL, name))
            .toList();
    var names = page(exchange, readable, Comparator.naturalOrder(), "/v2/_catalog");
    send(
        exchange,
        "application/json",
        JsonObject.builder().put("repositories", JsonArray.strings(names)).build());
  }

  /** Those after {@code last}, at most {@code n}; a Link when there are more. */
  private static List<String> page(
      HttpExchange exchange, List<String> all, Comparator<String> order, String path) {
    String number = exchange.head().parameter("n").orElse(PAGE + "");
    int n = number.matches("[0-9]{1,9}") ? Math.min(PAGE, Integer.parseInt(number)) : PAGE;
    var last = exchange.head().parameter("last");
    var rest =
        all.stream().filter(t -> last.isEmpty() || order.compare(t, last.get()) > 0).toList();
    if (n == 0 || rest.size() <= n) return n == 0 ? List.of() : rest;
    var page = rest.subList(0, n);
    exchange.with(
        "Link", "<" + path + "?n=" + n + "&last=" + encoded(page.getLast()) + ">; rel=\"next\"");
    return page;
  }

  /** An index of the manifests whose subject this is; one nobody belongs to has an empty one. */
  void referrers(HttpExchange exchange, String repository, Digest subject) throws IOException {
    var filter = exchange.head().parameter("artifactType").filter(t -> !t.isEmpty());
    var last = exchange.head().parameter("last").orElse("");
    var found = new ArrayList<JsonValue>();
    long size = 0;
    String shown = "";
    for (Digest digest : store.referrers(repository, subject)) {
      if (digest.toString().compareTo(last) <= 0) continue;
      var stored = store.manifest(repository, digest);
      if (stored.isEmpty()) continue;
      var descriptor = descriptor(stored.get());
      if (filter.isPresent() && !descriptor.string("artifactType").orElse("").equals(filter.get()))
        continue;
      int bytes = Json.write(descriptor).length;
      if (!found.isEmpty() && (found.size() == PAGE || size + bytes > Document.MAX_BYTES / 2)) {
        String more = filter.map(f -> "artifactType=" + encoded(f) + "&").orElse("");
        exchange.with(
            "Link",
            "</v2/%s/referrers/%s?%slast=%s>; rel=\"next\""
                .formatted(repository, subject, more, encoded(shown)));
        break;
      }
      found.add(descriptor);
      size += bytes;
      shown = digest.toString();
    }
    if (filter.isPresent()) exchange.with("OCI-Filters-Applied", "artifactType");
    send(
        exchange,
        Manifest.OCI_INDEX,
        JsonObject.builder()
            .put("schemaVersion", 2)
            .put("mediaType", Manifest.OCI_INDEX)
            .put("manifests", new JsonArray(found))
            .build());
  }

  private static JsonObject descriptor(Stored stored) {
    var names = Document.of(stored.bytes(), stored.digest()).then(References::of).orThrow();
    var out =
        JsonObject.builder()
            .put("mediaType", stored.mediaType())
            .put("digest", stored.digest().toString())
            .put("size", stored.bytes().length);
    if (!names.artifactType().isEmpty()) out.put("artifactType", names.artifactType());
    names.annotations().ifPresent(notes -> out.put("annotations", notes));
    return out.build();
  }

  private static String encoded(String text) {
    return URLEncoder.encode(text, StandardCharsets.UTF_8);
  }

  private static void send(HttpExchange exchange, String type, JsonObject body) throws IOException {
    byte[] bytes = Json.write(body);
    exchange.with("Content-Type", type).answer(200, bytes);
  }
}
