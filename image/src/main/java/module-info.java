import org.jspecify.annotations.NullMarked;

/** From registry bytes to a trusted tree and back. */
@NullMarked
module dev.theca.image {
  requires static org.jspecify;
  requires transitive dev.theca.wire;
  requires transitive dev.theca.linux;
}
