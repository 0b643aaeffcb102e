import org.jspecify.annotations.NullMarked;

/** The software SGX platform: a stand-in, never trusted by default. */
@NullMarked
module dev.theca.simulator {
  requires static org.jspecify;
  requires transitive dev.theca.wire;
  requires transitive dev.theca.linux;
  requires transitive dev.theca.evidence;
  requires transitive dev.theca.enclave;
  requires transitive dev.theca.forge;
  requires jdk.httpserver;
  requires jdk.net;
}
