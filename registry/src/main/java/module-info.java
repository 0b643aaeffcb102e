import org.jspecify.annotations.NullMarked;

/** A small OCI registry on a directory. */
@NullMarked
module dev.theca.registry {
  requires static org.jspecify;
  requires transitive dev.theca.wire;
  requires transitive dev.theca.image;
  requires jdk.httpserver;
}
