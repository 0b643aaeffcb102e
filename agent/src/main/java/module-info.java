import org.jspecify.annotations.NullMarked;

/** The enclave agent: attestation, keys, image pulls, secrets for the workload. */
@NullMarked
@SuppressWarnings("module")
module dev.theca.agent {
  requires static org.jspecify;
  requires transitive dev.theca.wire;
  requires transitive dev.theca.linux;
  requires transitive dev.theca.evidence;
  requires transitive dev.theca.collateral;
  requires transitive dev.theca.rego;
  requires transitive dev.theca.image;
  requires transitive dev.theca.sealfs;
  requires transitive dev.theca.enclave;

  exports dev.theca.agent to
      dev.theca.cli;
}
