import org.jspecify.annotations.NullMarked;

/**
 * A TEE as files, measurement and signing of enclaves, both ends of the hand-over, and the mount
 * server of native mode.
 */
@NullMarked
@SuppressWarnings("module")
module dev.theca.enclave {
  requires static org.jspecify;
  requires transitive dev.theca.wire;
  requires transitive dev.theca.linux;
  requires transitive dev.theca.evidence;
  requires transitive dev.theca.sealfs;

  exports dev.theca.enclave;
  exports dev.theca.enclave.handover to
      dev.theca.agent,
      dev.theca.cli;
}
