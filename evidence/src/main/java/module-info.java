import org.jspecify.annotations.NullMarked;

/** What a TEE says and whether it is believable. Pure: no network, file, clock or thread. */
@NullMarked
module dev.theca.evidence {
  requires static org.jspecify;
  requires transitive dev.theca.wire;

  exports dev.theca.evidence;
  exports dev.theca.evidence.ratls;
}
