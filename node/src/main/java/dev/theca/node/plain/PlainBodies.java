package dev.theca.node.plain;

import dev.theca.node.pod.Bodies;
import dev.theca.node.pod.Body;
import dev.theca.node.pod.BodyRequest;
import dev.theca.node.rootfs.RootfsMounts;
import dev.theca.node.runc.Runc;
import dev.theca.wire.Code;
import dev.theca.wire.Outcome;
import dev.theca.wire.json.JsonObject;
import java.util.Optional;
import java.util.function.BiPredicate;

/**
 * Plain containers: what any runtime does with a bundle, with or without annotations of Kubernetes.
 * They have no agent and no secrets, and they come by a socket of their own.
 */
public final class PlainBodies implements Bodies {
  private final Runc runc;
  private final RootfsMounts mounts;
  private final BiPredicate<String, String> sealed;

  /**
   * {@code runc} is the node's; a handler's options may name another. {@code sealed} says of a
   * container, by namespace and id, whether its image never was on this host.
   */
  public PlainBodies(Runc runc, RootfsMounts mounts, BiPredicate<String, String> sealed) {
    this.runc = runc;
    this.mounts = mounts;
    this.sealed = sealed;
  }

  @Override
  public Outcome<Body> body(BodyRequest request) {
    if (isBind(request) && sealed.test(request.namespace(), request.id()))
      return Outcome.refused(
          Code.of("image-not-here"),
          "image of container " + request.id(),
          "unpacked on this host, as the handler theca-plain needs it",
          "left to the agents of confidential pods",
          "run it in a pod of the handler theca; an image in the clear with the same layers must be"
              + " pulled again after this one is removed");
    return Outcome.granted(of(request));
  }

  /** As placeholders are mounted; nobody needs to be asked about others. */
  private static boolean isBind(BodyRequest request) {
    return request.rootfs().size() == 1 && request.rootfs().getFirst().type().equals("bind");
  }

  private Body of(BodyRequest request) {
    return new PlainBody(request, runc.with(request.options()).under(request.namespace()), mounts);
  }

  @Override
  public Outcome<Body> adopt(BodyRequest request, Optional<JsonObject> left) {
    return Outcome.granted(of(request));
  }
}
