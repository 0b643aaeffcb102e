import org.jspecify.annotations.NullMarked;

/** Installs the runtime on Kubernetes nodes. */
@NullMarked
module dev.theca.operator {
  requires static org.jspecify;
  requires transitive dev.theca.wire;
}
