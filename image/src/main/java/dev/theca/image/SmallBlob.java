package dev.theca.image;

import dev.theca.wire.Digest;
import dev.theca.wire.Outcome;
import java.io.IOException;
import java.io.InputStream;

/** Reads a blob that fits into memory, and believes its descriptor only after counting. */
final class SmallBlob {
  private SmallBlob() {}

  static Outcome<byte[]> read(ImageReader reader, Descriptor descriptor, int maxBytes) {
    if (descriptor.size() > maxBytes)
      return Manifest.bad("a blob of at most " + maxBytes + " bytes", descriptor.size() + "");
    return reader.blob(descriptor).then(blob -> checked(blob, descriptor, reader.name()));
  }

  private static Outcome<byte[]> checked(Blob blob, Descriptor descriptor, String name) {
    try (InputStream in = blob.from(0)) {
      byte[] bytes = in.readNBytes((int) descriptor.size() + 1);
      var hash = Digest.hasher(descriptor.digest().algorithm());
      hash.update(bytes);
      Digest found = Digest.finish(descriptor.digest().algorithm(), hash);
      if (bytes.length != descriptor.size())
        return Manifest.bad(
            descriptor.size() + " bytes in blob " + descriptor.digest(), bytes.length + "");
      return found.equals(descriptor.digest())
          ? Outcome.granted(bytes)
          : Manifest.bad("blob " + descriptor.digest(), found.toString());
    } catch (IOException e) {
      throw new ImageException(
          "reading blob " + descriptor.digest() + " of " + name + ": " + e.getMessage(), e);
    }
  }
}
