package dev.theca.registry;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.theca.wire.json.Json;
import dev.theca.wire.json.JsonArray;
import dev.theca.wire.json.JsonObject;
import dev.theca.wire.service.Service;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.Executors;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A small OCI registry on a directory (distribution-spec 1.1: pull, push, tags). Loopback only
 * unless told otherwise.
 */
final class Registry {
  private static final String NAME =
      "([a-z0-9]+(?:[._-]+[a-z0-9]+)*(?:/[a-z0-9]+(?:[._-]+[a-z0-9]+)*)*)";
  private static final Pattern MANIFEST =
      Pattern.compile("/v2/" + NAME + "/manifests/([A-Za-z0-9_][A-Za-z0-9._:-]{0,127})");
  private static final Pattern BLOB =
      Pattern.compile("/v2/" + NAME + "/blobs/(sha256:[0-9a-f]{64})");
  private static final Pattern BEGIN = Pattern.compile("/v2/" + NAME + "/blobs/uploads/?");
  private static final Pattern UPLOAD =
      Pattern.compile("/v2/" + NAME + "/blobs/uploads/([0-9a-f]{32})");
  private static final Pattern TAGS = Pattern.compile("/v2/" + NAME + "/tags/list");

  private final Storage storage;

  private Registry(Storage storage) {
    this.storage = storage;
  }

  /** A registry that serves. */
  record Serving(HttpServer server, PlainFront front) implements AutoCloseable {
    String address() {
      return front.address().getAddress().getHostAddress() + ":" + front.address().getPort();
    }

    @Override
    public void close() throws IOException {
      front.close();
      server.stop(0);
    }
  }

  /** Serves a directory; {@code listen} is an address with a port, 0 for a free one. */
  static Serving start(Path root, String listen) throws IOException {
    int colon = listen.lastIndexOf(':');
    var server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    var registry = new Registry(new Storage(Files.createDirectories(root)));
    server.createContext("/v2/", registry::answer);
    server.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
    server.start();
    var address =
        new InetSocketAddress(
            InetAddress.getByName(listen.substring(0, colon)),
            Integer.parseInt(listen.substring(colon + 1)));
    return new Serving(server, PlainFront.start(address, server.getAddress()));
  }

  static int run(String[] args) {
    var options = new HashMap<String, String>();
    for (int i = 0; i + 1 < args.length; i += 2) options.put(args[i], args[i + 1]);
    String root = options.getOrDefault("--root", "");
    String listen = options.getOrDefault("--listen", "127.0.0.1:5000");
    if (root.isEmpty() || args.length % 2 != 0 || options.size() > 2) {
      System.err.println("usage: --root DIR [--listen 127.0.0.1:PORT]");
      return 64;
    }
    return Service.run(
        () -> {
          var serving = start(Path.of(root), listen);
          var boot = JsonObject.builder().put("address", serving.address()).build();
          return new Service.Running(boot, serving);
        });
  }

  private void answer(HttpExchange exchange) throws IOException {
    try (exchange) {
      String path = exchange.getRequestURI().getPath();
      Matcher m;
      if (path.equals("/v2/")) send(exchange, 200, new byte[0], "application/json");
      else if ((m = MANIFEST.matcher(path)).matches()) manifest(exchange, m.group(1), m.group(2));
      else if ((m = BLOB.matcher(path)).matches()) blob(exchange, m.group(2));
      else if ((m = BEGIN.matcher(path)).matches()) begin(exchange, m.group(1));
      else if ((m = UPLOAD.matcher(path)).matches()) upload(exchange, m.group(1), m.group(2));
      else if ((m = TAGS.matcher(path)).matches()) tags(exchange, m.group(1));
      else error(exchange, 404, "NAME_UNKNOWN", "no such path");
    } catch (RuntimeException e) {
      System.err.println("stage=http outcome=fault reason=\"" + e + "\"");
      throw e;
    }
  }

  private void manifest(HttpExchange exchange, String name, String reference) throws IOException {
    switch (exchange.getRequestMethod()) {
      case "GET", "HEAD" -> {
        var found = storage.manifest(name, reference);
        if (found.isEmpty()) {
          error(exchange, 404, "MANIFEST_UNKNOWN", "no such manifest");
          return;
        }
        exchange.getResponseHeaders().add("Docker-Content-Digest", found.get().digest());
        send(exchange, 200, found.get().bytes(), found.get().mediaType());
      }
      case "PUT" -> {
        byte[] bytes = exchange.getRequestBody().readNBytes(Storage.MAX_MANIFEST + 1);
        var stored =
            bytes.length > Storage.MAX_MANIFEST
                ? java.util.Optional.<String>empty()
                : storage.putManifest(name, reference, bytes);
        if (stored.isEmpty()) {
          error(exchange, 400, "MANIFEST_INVALID", "not a manifest of this digest and size");
          return;
        }
        exchange.getResponseHeaders().add("Location", "/v2/" + name + "/manifests/" + stored.get());
        exchange.getResponseHeaders().add("Docker-Content-Digest", stored.get());
        send(exchange, 201, new byte[0], "application/json");
      }
      default -> error(exchange, 405, "UNSUPPORTED", "GET, HEAD or PUT");
    }
  }

  private void blob(HttpExchange exchange, String digest) throws IOException {
    var file = storage.blob(digest);
    if (file.isEmpty()) {
      error(exchange, 404, "BLOB_UNKNOWN", "no such blob");
      return;
    }
    exchange.getResponseHeaders().add("Docker-Content-Digest", digest);
    exchange.getResponseHeaders().add("Content-Type", "application/octet-stream");
    long size = Files.size(file.get());
    if (exchange.getRequestMethod().equals("HEAD")) {
      exchange.getResponseHeaders().add("Content-Length", size + "");
      exchange.sendResponseHeaders(200, -1);
      return;
    }
    exchange.sendResponseHeaders(200, size == 0 ? -1 : size);
    try (var in = Files.newInputStream(file.get())) {
      in.transferTo(exchange.getResponseBody());
    }
  }

  private void begin(HttpExchange exchange, String name) throws IOException {
    var query = query(exchange);
    if (query.containsKey("mount") && storage.blob(query.getOrDefault("mount", "")).isPresent()) {
      exchange.getResponseHeaders().add("Location", "/v2/" + name + "/blobs/" + query.get("mount"));
      send(exchange, 201, new byte[0], "application/json");
      return;
    }
    String id = storage.begin();
    if (query.containsKey("digest")) {
      complete(exchange, name, id, query.getOrDefault("digest", ""));
      return;
    }
    exchange.getResponseHeaders().add("Location", "/v2/" + name + "/blobs/uploads/" + id);
    exchange.getResponseHeaders().add("Range", "0-0");
    send(exchange, 202, new byte[0], "application/json");
  }

  private void upload(HttpExchange exchange, String name, String id) throws IOException {
    switch (exchange.getRequestMethod()) {
      case "PATCH" -> {
        long size = storage.append(id, exchange.getRequestBody());
        exchange.getResponseHeaders().add("Location", "/v2/" + name + "/blobs/uploads/" + id);
        exchange.getResponseHeaders().add("Range", "0-" + Math.max(0, size - 1));
        send(exchange, 202, new byte[0], "application/json");
      }
      case "PUT" -> complete(exchange, name, id, query(exchange).getOrDefault("digest", ""));
      default -> error(exchange, 405, "UNSUPPORTED", "PATCH or PUT");
    }
  }

  private void complete(HttpExchange exchange, String name, String id, String digest)
      throws IOException {
    storage.append(id, exchange.getRequestBody());
    if (!storage.finish(id, digest)) {
      error(exchange, 400, "DIGEST_INVALID", "the upload has another digest");
      return;
    }
    exchange.getResponseHeaders().add("Location", "/v2/" + name + "/blobs/" + digest);
    exchange.getResponseHeaders().add("Docker-Content-Digest", digest);
    send(exchange, 201, new byte[0], "application/json");
  }

  private void tags(HttpExchange exchange, String name) throws IOException {
    var body =
        JsonObject.builder()
            .put("name", name)
            .put("tags", JsonArray.strings(storage.tags(name)))
            .build();
    send(exchange, 200, Json.write(body), "application/json");
  }

  private static Map<String, String> query(HttpExchange exchange) {
    var all = new HashMap<String, String>();
    String raw = exchange.getRequestURI().getQuery();
    if (raw == null) return all;
    for (String part : raw.split("&")) {
      int equals = part.indexOf('=');
      if (equals > 0) all.put(part.substring(0, equals), part.substring(equals + 1));
    }
    return all;
  }

  private static void error(HttpExchange exchange, int status, String code, String message)
      throws IOException {
    var error = JsonObject.builder().put("code", code).put("message", message).build();
    send(
        exchange,
        status,
        Json.text(JsonObject.builder().put("errors", JsonArray.of(error)).build())
            .getBytes(StandardCharsets.UTF_8),
        "application/json");
  }

  private static void send(HttpExchange exchange, int status, byte[] body, String type)
      throws IOException {
    exchange.getResponseHeaders().add("Content-Type", type);
    exchange.getResponseHeaders().add("Docker-Distribution-API-Version", "registry/2.0");
    if (exchange.getRequestMethod().equals("HEAD")) {
      exchange.getResponseHeaders().add("Content-Length", body.length + "");
      exchange.sendResponseHeaders(status, -1);
      return;
    }
    exchange.sendResponseHeaders(status, body.length == 0 ? -1 : body.length);
    if (body.length > 0) exchange.getResponseBody().write(body);
  }
}
