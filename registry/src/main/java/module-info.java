import org.jspecify.annotations.NullMarked;

/** A small OCI registry on a directory. */
@NullMarked
@SuppressWarnings("module")
module dev.theca.registry {
  requires static org.jspecify;
  requires transitive dev.theca.wire;
  requires transitive dev.theca.image;

  exports dev.theca.registry to
      dev.theca.cli;
  exports dev.theca.registry.auth to
      dev.theca.cli;
  exports dev.theca.registry.http to
      dev.theca.cli;
  exports dev.theca.registry.store to
      dev.theca.cli;
}
