package dev.theca.image.local;

import dev.theca.image.ImageReader;
import dev.theca.image.ImageRef;
import dev.theca.image.ImageWriter;
import dev.theca.image.remote.Registries;
import dev.theca.wire.Digest;
import dev.theca.wire.Outcome;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.Optional;

/**
 * Where an image is, in the words of skopeo (containers-transports(5)): {@code docker://NAME} or a
 * plain name, {@code oci:DIR[:TAG]} (or {@code oci:DIR@DIGEST}), {@code
 * docker-archive:FILE[:NAME]}. A path ends at the first colon.
 */
public sealed interface ImageLocation {
  /** A repository of a registry. */
  record Registry(ImageRef ref) implements ImageLocation {
    @Override
    public String toString() {
      return "docker://" + ref;
    }
  }

  /** An OCI image layout; {@code tag} may be empty. */
  record Layout(Path folder, String tag, Optional<Digest> digest) implements ImageLocation {
    @Override
    public String toString() {
      return "oci:"
          + folder
          + (tag.isEmpty() ? "" : ":" + tag)
          + digest.map(d -> "@" + d).orElse("");
    }
  }

  /** What {@code docker save} writes; {@code name} may be empty. */
  record Archive(Path file, String name) implements ImageLocation {
    @Override
    public String toString() {
      return "docker-archive:" + file + (name.isEmpty() ? "" : ":" + name);
    }
  }

  static Outcome<ImageLocation> parse(String text) {
    if (text.startsWith("docker://"))
      return ImageRef.parse(text.substring("docker://".length())).map(Registry::new);
    try {
      if (text.startsWith("oci:")) return layout(text.substring("oci:".length()));
      if (text.startsWith("docker-archive:"))
        return archive(text.substring("docker-archive:".length()));
    } catch (InvalidPathException e) {
      return bad("a path", "another text");
    }
    if (text.matches("(dir|docker-daemon|containers-storage|oci-archive|ostree|sif|tarball):.*"))
      return bad(
          "docker://NAME, oci:DIR[:TAG] or docker-archive:FILE[:NAME]",
          text.substring(0, text.indexOf(':')) + ":");
    return ImageRef.parse(text).map(Registry::new);
  }

  private static Outcome<ImageLocation> layout(String rest) {
    int at = rest.lastIndexOf('@');
    if (at > 0 && rest.substring(at + 1).matches("sha[0-9]{3}:.*"))
      return Digest.parse(rest.substring(at + 1))
          .map(digest -> new Layout(Path.of(rest.substring(0, at)), "", Optional.of(digest)));
    int colon = rest.indexOf(':');
    String folder = colon < 0 ? rest : rest.substring(0, colon);
    String tag = colon < 0 ? "" : rest.substring(colon + 1);
    if (folder.isEmpty()) return bad("oci:DIR[:TAG]", "no folder");
    // image-spec, "Pre-Defined Annotation Keys", org.opencontainers.image.ref.name
    return tag.isEmpty()
            || tag.length() <= 256 && tag.matches("[A-Za-z0-9]+([-._:@+/]+[A-Za-z0-9]+)*")
        ? Outcome.granted(new Layout(Path.of(folder), tag, Optional.empty()))
        : bad("letters, digits and -._:@+/ in a tag", "other characters");
  }

  private static Outcome<ImageLocation> archive(String rest) {
    int colon = rest.indexOf(':');
    String file = colon < 0 ? rest : rest.substring(0, colon);
    String name = colon < 0 ? "" : rest.substring(colon + 1);
    if (file.isEmpty()) return bad("docker-archive:FILE[:NAME]", "no file");
    Outcome<ImageLocation> found = Outcome.granted(new Archive(Path.of(file), name));
    return name.isEmpty() ? found : ImageRef.parse(name).then(ref -> found);
  }

  /** Opens the image for reading; whether it is there is known when it is read. */
  default Outcome<ImageReader> reader(Registries registries) {
    return switch (this) {
      case Registry(var ref) -> registries.reader(ref);
      case Layout layout -> LayoutReader.open(layout);
      case Archive archive -> ArchiveReader.open(archive);
    };
  }

  /** Opens the place for writing; a layout is made when there is none. Close it at the end. */
  default Outcome<ImageWriter> writer(Registries registries) {
    return switch (this) {
      case Registry(var ref) -> registries.writer(ref);
      case Layout layout -> LayoutWriter.open(layout);
      case Archive archive -> ArchiveWriter.open(archive);
    };
  }

  private static <T> Outcome<T> bad(String expected, String found) {
    return LocalCode.IMAGE_LOCATION.no(
        "image location",
        expected,
        found,
        "name a registry reference, oci:DIR[:TAG] or docker-archive:FILE[:NAME]");
  }
}
