package dev.theca.kit;

import dev.theca.wire.Digest;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;

/** An image in memory: its manifest, and its configuration and layers by digest, in order. */
public record MadeImage(String mediaType, byte[] manifest, Map<String, byte[]> blobs) {
  public MadeImage {
    blobs = java.util.Collections.unmodifiableMap(new LinkedHashMap<>(blobs));
  }

  public Digest digest() {
    return Digest.sha256(manifest);
  }

  /** The digests of the layers as they are stored; the configuration is the first blob. */
  public java.util.List<String> layerDigests() {
    return blobs.keySet().stream().skip(1).toList();
  }

  /** Writes an OCI layout with this image under a tag (image-spec, "OCI Image Layout"). */
  public void writeLayout(Path folder, String tag) throws IOException {
    Path files = Files.createDirectories(folder.resolve("blobs/sha256"));
    for (var blob : blobs.entrySet())
      Files.write(files.resolve(blob.getKey().substring(7)), blob.getValue());
    Files.write(files.resolve(digest().hex()), manifest);
    Files.writeString(folder.resolve("oci-layout"), "{\"imageLayoutVersion\":\"1.0.0\"}");
    Files.writeString(
        folder.resolve("index.json"),
        """
        {"schemaVersion":2,"manifests":[{"mediaType":"%s","digest":"%s","size":%d,\
        "annotations":{"org.opencontainers.image.ref.name":"%s"}}]}"""
            .formatted(mediaType, digest(), manifest.length, tag),
        StandardCharsets.UTF_8);
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof MadeImage m && m.digest().equals(digest());
  }

  @Override
  public int hashCode() {
    return digest().hashCode();
  }

  @Override
  public String toString() {
    return mediaType + " " + digest();
  }
}
