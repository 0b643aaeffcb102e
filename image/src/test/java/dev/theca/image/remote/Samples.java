package dev.theca.image.remote;

import dev.theca.image.Descriptor;
import dev.theca.image.Document;
import dev.theca.image.ImageRef;
import dev.theca.wire.Digest;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Random;

/** Small images, and what is said about them. */
public final class Samples {
  private Samples() {}

  public static byte[] bytes(int size) {
    byte[] bytes = new byte[size];
    new Random(size).nextBytes(bytes);
    return bytes;
  }

  public static Descriptor descriptor(byte[] bytes) {
    return new Descriptor(
        "application/vnd.oci.image.layer.v1.tar", Digest.sha256(bytes), bytes.length, Map.of());
  }

  public static Document manifest(byte[] config, byte[]... layers) {
    var text = new StringBuilder();
    for (byte[] layer : layers) {
      if (!text.isEmpty()) text.append(',');
      text.append(json("application/vnd.oci.image.layer.v1.tar", layer));
    }
    return document(
        "{\"schemaVersion\":2,\"mediaType\":\"application/vnd.oci.image.manifest.v1+json\","
            + "\"config\":"
            + json("application/vnd.oci.image.config.v1+json", config)
            + ",\"layers\":["
            + text
            + "]}");
  }

  public static Document about(Digest subject, String kind) {
    return document(
        "{\"schemaVersion\":2,\"mediaType\":\"application/vnd.oci.image.manifest.v1+json\","
            + "\"artifactType\":\""
            + kind
            + "\",\"config\":"
            + json("application/vnd.oci.empty.v1+json", "{}".getBytes(StandardCharsets.UTF_8))
            + ",\"layers\":[],\"subject\":{\"mediaType\":"
            + "\"application/vnd.oci.image.manifest.v1+json\",\"digest\":\""
            + subject
            + "\",\"size\":1},\"annotations\":{\"made\":\"here\"}}");
  }

  public static Document index(String platform, Document... entries) {
    var text = new StringBuilder();
    for (Document entry : entries) {
      if (!text.isEmpty()) text.append(',');
      text.append(
          "{\"mediaType\":\""
              + entry.mediaType()
              + "\",\"digest\":\""
              + entry.digest()
              + "\",\"size\":"
              + entry.bytes().length
              + (platform.isEmpty() ? "" : ",\"platform\":" + platform)
              + "}");
    }
    return document(
        "{\"schemaVersion\":2,\"mediaType\":\"application/vnd.oci.image.index.v1+json\","
            + "\"manifests\":["
            + text
            + "]}");
  }

  public static Document document(String json) {
    return Document.of(json.getBytes(StandardCharsets.UTF_8)).orThrow();
  }

  private static String json(String type, byte[] content) {
    return "{\"mediaType\":\""
        + type
        + "\",\"digest\":\""
        + Digest.sha256(content)
        + "\",\"size\":"
        + content.length
        + "}";
  }

  public static ImageRef ref(FakeRegistry at, String rest) {
    return ImageRef.parse(at.host() + "/" + rest).orThrow();
  }
}
