package dev.theca.image.sign;

import dev.theca.image.ImageRef;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** What a policy looks an image up by: the name in its transport (containers-policy.json(5)). */
public sealed interface ImageName {
  /** An image in a registry, by its user's reference, not by a mirror's. */
  record Docker(ImageRef ref) implements ImageName {
    @Override
    public String toString() {
      return ref.toString();
    }
  }

  /**
   * An image in a place that is not a registry: {@code oci}, {@code dir}, {@code docker-archive}
   * and the like. {@code path} is absolute and normalised; {@code reference} may be empty.
   */
  record Local(String transport, String path, String reference) implements ImageName {
    @Override
    public String toString() {
      return transport + ":" + path + (reference.isEmpty() ? "" : ":" + reference);
    }
  }

  /** The transport whose scopes count. */
  default String transport() {
    return switch (this) {
      case Docker _ -> "docker";
      case Local local -> local.transport;
    };
  }

  /** The registry name that signatures speak about; a local place has none. */
  default Optional<ImageRef> registryName() {
    return this instanceof Docker(var ref) ? Optional.of(ref) : Optional.empty();
  }

  /** The scopes that may hold for it, the most specific first, without {@code ""}. */
  default List<String> scopes() {
    return switch (this) {
      case Docker(var ref) -> dockerScopes(ref);
      case Local local -> localScopes(local);
    };
  }

  private static List<String> dockerScopes(ImageRef ref) {
    var list = new ArrayList<String>();
    ref.digest().ifPresent(digest -> list.add(ref.name() + "@" + digest));
    if (!ref.tag().isEmpty()) list.add(ref.name() + ":" + ref.tag());
    String scope = ref.name();
    list.add(scope);
    for (int slash = scope.lastIndexOf('/'); slash > 0; slash = scope.lastIndexOf('/')) {
      scope = scope.substring(0, slash);
      list.add(scope);
    }
    String host = ref.registry().replaceFirst(":[0-9]+$", "");
    for (int dot = host.indexOf('.'); dot >= 0; dot = host.indexOf('.', dot + 1))
      list.add("*" + host.substring(dot));
    return list;
  }

  private static List<String> localScopes(Local local) {
    var list = new ArrayList<String>();
    boolean paths = local.transport.equals("oci") || local.transport.equals("dir");
    if (!paths) return list; // the archives know the scope "" only
    if (!local.reference.isEmpty()) list.add(local.path + ":" + local.reference);
    String scope = local.path;
    for (int slash; (slash = scope.lastIndexOf('/')) >= 0; scope = scope.substring(0, slash))
      if (!scope.isEmpty()) list.add(scope);
    return list;
  }
}
