package dev.theca.node.plain;

import dev.theca.node.pod.Bodies;
import dev.theca.node.pod.Body;
import dev.theca.node.pod.BodyRequest;
import dev.theca.node.rootfs.RootfsMounts;
import dev.theca.node.runc.Runc;
import dev.theca.wire.Outcome;
import dev.theca.wire.json.JsonObject;
import java.util.Optional;

/**
 * Plain containers: what any runtime does with a bundle, with or without annotations of Kubernetes.
 * They have no agent and no secrets, and they come by a socket of their own.
 */
public final class PlainBodies implements Bodies {
  private final Runc runc;
  private final RootfsMounts mounts;

  /** {@code runc} is the node's; a handler's options may name another. */
  public PlainBodies(Runc runc, RootfsMounts mounts) {
    this.runc = runc;
    this.mounts = mounts;
  }

  @Override
  public Outcome<Body> body(BodyRequest request) {
    return Outcome.granted(
        new PlainBody(request, runc.with(request.options()).under(request.namespace()), mounts));
  }

  @Override
  public Outcome<Body> adopt(BodyRequest request, Optional<JsonObject> left) {
    return body(request);
  }
}
