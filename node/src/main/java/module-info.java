import org.jspecify.annotations.NullMarked;

/** One daemon per node: containerd shim, proxy snapshotter, runc driver, agent supervision. */
@NullMarked
@SuppressWarnings({"requires-automatic", "module"})
module dev.theca.node {
  requires static org.jspecify;
  requires transitive dev.theca.wire;
  requires transitive dev.theca.linux;
  requires io.grpc;
  requires io.grpc.netty;
  requires io.grpc.stub;
  requires io.netty.common;
  requires io.netty.transport;
  requires java.logging;
  requires jdk.httpserver;
  requires jdk.net;

  exports dev.theca.node;
  exports dev.theca.node.client;
  exports dev.theca.node.install;
}
