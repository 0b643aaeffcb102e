import org.jspecify.annotations.NullMarked;

/** Key broker service, attestation service, reference values. */
@NullMarked
@SuppressWarnings("module")
module dev.theca.broker {
  requires static org.jspecify;
  requires transitive dev.theca.wire;
  requires transitive dev.theca.linux;
  requires transitive dev.theca.evidence;
  requires transitive dev.theca.collateral;
  requires transitive dev.theca.rego;
  requires java.net.http;
  requires jdk.httpserver;

  exports dev.theca.broker to
      dev.theca.cli;
}
