import org.jspecify.annotations.NullMarked;

/**
 * The only home of native calls, through the Foreign Function and Memory API. Nothing in a public
 * signature outside this room is an address.
 */
@NullMarked
module dev.theca.linux {
  requires static org.jspecify;
  requires transitive dev.theca.wire;

  exports dev.theca.linux;
  exports dev.theca.linux.fuse;
}
