import org.jspecify.annotations.NullMarked;

/** One daemon per node: containerd shim, proxy snapshotter, runc driver, agent supervision. */
@NullMarked
@SuppressWarnings("module")
module dev.theca.node {
  requires static org.jspecify;
  requires transitive dev.theca.wire;
  requires transitive dev.theca.linux;
  requires java.logging; // how lines look is its setting
  requires jdk.httpserver;
  requires jdk.net;

  exports dev.theca.node;
  exports dev.theca.node.client;
  exports dev.theca.node.install;
}
