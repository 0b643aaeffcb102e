import org.jspecify.annotations.NullMarked;

/** The only home of native calls, through the Foreign Function and Memory API. */
@NullMarked
module dev.theca.linux {
  requires static org.jspecify;
  requires transitive dev.theca.wire;
}
