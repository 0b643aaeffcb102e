package dev.theca.registry;

import dev.theca.wire.Digest;
import dev.theca.wire.json.Json;
import dev.theca.wire.json.JsonObject;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;

/** A client that says exactly what a test wants to say. */
final class Talk implements AutoCloseable {
  static final String OCI = "application/vnd.oci.image.manifest.v1+json";
  static final String INDEX = "application/vnd.oci.image.index.v1+json";
  static final byte[] EMPTY = "{}".getBytes(StandardCharsets.US_ASCII);

  private final HttpClient client;
  private final String base;
  private String authorization = "";

  Talk(String address) {
    this(HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build(), "http://" + address);
  }

  Talk(HttpClient client, String base) {
    this.client = client;
    this.base = base;
  }

  Talk as(String field) {
    var other = new Talk(client, base);
    other.authorization = field;
    return other;
  }

  HttpResponse<byte[]> ask(String method, String path, byte[] body, String... fields) {
    var publisher = body.length == 0 ? BodyPublishers.noBody() : BodyPublishers.ofByteArray(body);
    var request =
        HttpRequest.newBuilder(URI.create(path.startsWith("/") ? base + path : path))
            .method(method, publisher);
    if (fields.length > 0) request.headers(fields);
    if (!authorization.isEmpty()) request.header("Authorization", authorization);
    try {
      return client.send(request.build(), BodyHandlers.ofByteArray());
    } catch (IOException e) {
      throw new java.io.UncheckedIOException(e);
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  HttpResponse<byte[]> ask(String method, String path, String... fields) {
    return ask(method, path, new byte[0], fields);
  }

  static String field(HttpResponse<byte[]> answer, String name) {
    return answer.headers().firstValue(name).orElse("");
  }

  static JsonObject json(HttpResponse<byte[]> answer) {
    return Json.object(answer.body()).orThrow();
  }

  /** The code of an error body. */
  static String code(HttpResponse<byte[]> answer) {
    var first = json(answer).array("errors").orElseThrow().getFirst();
    return ((JsonObject) first).string("code").orElseThrow();
  }

  String begin(String repository) {
    return field(ask("POST", "/v2/" + repository + "/blobs/uploads/"), "Location");
  }

  Digest push(String repository, byte[] blob) {
    var digest = Digest.sha256(blob);
    var answer = ask("PUT", begin(repository) + "?digest=" + digest, blob);
    if (answer.statusCode() != 201) throw new AssertionError(new String(answer.body()));
    return digest;
  }

  HttpResponse<byte[]> manifest(String repository, String reference, byte[] bytes) {
    return ask("PUT", "/v2/" + repository + "/manifests/" + reference, bytes, "Content-Type", OCI);
  }

  static String descriptor(String type, byte[] content) {
    return "{\"mediaType\":\"%s\",\"digest\":\"%s\",\"size\":%d}"
        .formatted(type, Digest.sha256(content), content.length);
  }

  /** An image manifest with an empty configuration and these layers. */
  static byte[] image(String more, byte[]... layers) {
    var list = new java.util.ArrayList<String>();
    for (byte[] layer : layers)
      list.add(descriptor("application/vnd.oci.image.layer.v1.tar", layer));
    return ("{\"schemaVersion\":2,\"mediaType\":\"%s\",\"config\":%s,\"layers\":[%s]%s}")
        .formatted(
            OCI,
            descriptor("application/vnd.oci.empty.v1+json", EMPTY),
            String.join(",", list),
            more)
        .getBytes(StandardCharsets.UTF_8);
  }

  static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  @Override
  public void close() {
    client.close();
  }
}
