import org.jspecify.annotations.NullMarked;

/** Fakes, a hostile registry and nasty images; test scope for every room. */
@NullMarked
module dev.theca.kit {
  requires java.management;
  requires static org.jspecify;
  requires transitive dev.theca.wire;
  requires transitive dev.theca.forge;

  exports dev.theca.kit;
  exports dev.theca.kit.stand;
}
