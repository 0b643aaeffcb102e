package dev.theca.cli.image;

import dev.theca.cli.broker.WrongUsage;
import dev.theca.image.ImageReader;
import dev.theca.image.ImageRef;
import dev.theca.image.ImageWriter;
import dev.theca.image.local.ImageLocation;
import dev.theca.image.remote.Registries;
import dev.theca.image.sign.ImageName;
import java.nio.file.Path;
import java.util.Optional;

/** Where an image is, and by which name policies and signatures know it. */
public record Place(ImageLocation location, ImageName name) {
  public static Place of(String text) {
    var location = ImageLocation.parse(text).orThrow();
    return new Place(location, named(location));
  }

  /** The same, judged as the image of a registry: what lies in files has no name of its own. */
  static Place of(String text, Optional<String> as) {
    var place = of(text);
    if (as.isEmpty()) return place;
    if (place.location instanceof ImageLocation.Registry)
      throw new WrongUsage("--as is for images in files; a registry's image has its name");
    return new Place(place.location, new ImageName.Docker(ImageRef.parse(as.get()).orThrow()));
  }

  private static ImageName named(ImageLocation location) {
    return switch (location) {
      case ImageLocation.Registry(var ref) -> new ImageName.Docker(ref);
      case ImageLocation.Layout layout ->
          new ImageName.Local("oci", absolute(layout.folder()), layout.tag());
      case ImageLocation.Archive archive ->
          new ImageName.Local("docker-archive", absolute(archive.file()), archive.name());
    };
  }

  private static String absolute(Path path) {
    return path.toAbsolutePath().normalize().toString();
  }

  public ImageReader reader(Registries registries) {
    return location.reader(registries).orThrow();
  }

  public ImageWriter writer(Registries registries) {
    return location.writer(registries).orThrow();
  }

  /** The registry name that signatures carry; a file has one only when the user gives it. */
  public ImageRef signedName() {
    return name.registryName()
        .orElseThrow(
            () ->
                new WrongUsage(
                    "signatures carry the name of a registry; say which: --as HOST/NAME[:TAG]"));
  }

  /** A repository of the same registry whose blobs can be taken over. */
  public Optional<ImageRef> mountable(Place target) {
    return location instanceof ImageLocation.Registry(var from)
            && target.location instanceof ImageLocation.Registry(var to)
            && from.registry().equals(to.registry())
            && !from.repository().equals(to.repository())
        ? Optional.of(from)
        : Optional.empty();
  }

  /**
   * A layout without a tag gets that of its source, so that signatures beside it do not hide it.
   */
  Place taggedLike(Place source) {
    if (!(location instanceof ImageLocation.Layout(var folder, var tag, var digest))
        || !tag.isEmpty()
        || digest.isPresent()) return this;
    String given =
        switch (source.location) {
          case ImageLocation.Registry(var ref) -> ref.tag();
          case ImageLocation.Layout layout -> layout.tag();
          case ImageLocation.Archive archive ->
              archive.name().isEmpty() ? "" : ImageRef.parse(archive.name()).orThrow().tag();
        };
    var tagged = new ImageLocation.Layout(folder, given, Optional.empty());
    return new Place(tagged, named(tagged));
  }

  @Override
  public String toString() {
    return location.toString();
  }
}
