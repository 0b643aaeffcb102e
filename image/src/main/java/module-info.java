import org.jspecify.annotations.NullMarked;

/** From registry bytes to a trusted tree and back. */
@NullMarked
@SuppressWarnings({"module", "requires-automatic"})
module dev.theca.image {
  requires static org.jspecify;
  requires transitive dev.theca.wire;
  requires transitive dev.theca.linux;
  requires java.net.http;
  requires aircompressor.v3;

  exports dev.theca.image to
      dev.theca.agent,
      dev.theca.cli,
      dev.theca.registry;
}
