import org.jspecify.annotations.NullMarked;

/** Makes what a verifier reads, under a given root. */
@NullMarked
module dev.theca.forge {
  requires static org.jspecify;
  requires transitive dev.theca.wire;

  exports dev.theca.forge;
}
