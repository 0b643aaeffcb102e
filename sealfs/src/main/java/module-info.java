import org.jspecify.annotations.NullMarked;

/**
 * The encrypted, authenticated file system: an immutable base with a root commitment, an ephemeral
 * upper, a FUSE server. Exported only to rooms that may hold a key.
 */
@NullMarked
@SuppressWarnings("module")
module dev.theca.sealfs {
  requires static org.jspecify;
  requires transitive dev.theca.wire;
  requires transitive dev.theca.linux;

  exports dev.theca.sealfs to
      dev.theca.agent,
      dev.theca.cli,
      dev.theca.enclave;
  exports dev.theca.sealfs.gramine to
      dev.theca.agent,
      dev.theca.cli,
      dev.theca.enclave;
}
