package dev.theca.interop.sign;

import dev.theca.image.ImageRef;
import dev.theca.image.spi.SimpleSignatures;
import dev.theca.wire.Digest;
import dev.theca.wire.Outcome;
import dev.theca.wire.json.Json;
import dev.theca.wire.json.JsonObject;
import dev.theca.wire.json.JsonValue;
import dev.theca.wire.json.Limits;
import dev.theca.wire.secret.Secret;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Optional;

/**
 * Detached signatures inside a registry that answers {@code X-Registry-Supports-Signatures: 1}
 * (OpenShift's extension, "X-R-S-S").
 */
public final class SignatureExtension implements SimpleSignatures {
  private static final int MAX_BYTES = 4 << 20;

  /** Where a registry is reached, and the token for it; empty where none is needed. */
  public interface Access {
    URI base(ImageRef image);

    Optional<Secret> bearer(ImageRef image);
  }

  private final HttpClient http;
  private final Access access;

  public SignatureExtension(HttpClient http, Access access) {
    this.http = http;
    this.access = access;
  }

  @Override
  public Outcome<List<byte[]>> of(ImageRef image, Digest manifest) {
    String base = access.base(image).toString();
    if (!supported(request(image, base + "/v2/"))) return Outcome.granted(List.of());
    String path = "/extensions/v2/" + image.repository() + "/signatures/" + manifest;
    var uri = URI.create(base + path);
    return Fetch.get(http, request(image, base + path), MAX_BYTES)
        .then(
            body ->
                body.isEmpty()
                    ? Outcome.granted(List.<byte[]>of())
                    : Json.object(body.get(), Limits.DEFAULT.withBytes(MAX_BYTES))
                        .then(json -> signatures(uri, json)));
  }

  private boolean supported(HttpRequest request) {
    var answer = Fetch.send(http, request);
    try {
      answer.body().close();
    } catch (IOException e) {
      return false;
    }
    return answer.headers().firstValue("X-Registry-Supports-Signatures").orElse("").equals("1");
  }

  private HttpRequest request(ImageRef image, String uri) {
    var request = Fetch.request(URI.create(uri));
    access
        .bearer(image)
        .ifPresent(
            token ->
                token.lend(
                    bytes ->
                        request.header(
                            "Authorization",
                            "Bearer " + new String(bytes, StandardCharsets.US_ASCII))));
    return request.build();
  }

  private static Outcome<List<byte[]>> signatures(URI uri, JsonObject json) {
    var found = new ArrayList<byte[]>();
    for (JsonValue item : json.array("signatures").orElse(List.of())) {
      if (!(item instanceof JsonObject one)) return Fetch.no(uri, "signatures", "other values");
      boolean known =
          one.integer("schemaVersion").equals(Optional.of(2L))
              && one.string("type").equals(Optional.of("atomic"));
      if (!known) continue; // containers/image skips later kinds as well
      if (found.size() == Lookaside.MAX_SIGNATURES) break;
      try {
        byte[] message = Base64.getDecoder().decode(one.string("content").orElse(""));
        if (message.length > BcOpenPgp.MAX_MESSAGE) return Fetch.no(uri, "smaller ones", "more");
        found.add(message);
      } catch (IllegalArgumentException e) {
        return Fetch.no(uri, "base64 as content", "other text");
      }
    }
    return Outcome.granted(found);
  }
}
