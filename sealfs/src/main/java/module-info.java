import org.jspecify.annotations.NullMarked;

/** The encrypted, authenticated file system. */
@NullMarked
module dev.theca.sealfs {
  requires static org.jspecify;
  requires transitive dev.theca.wire;
  requires transitive dev.theca.linux;
}
