package dev.theca.image;

import dev.theca.wire.Code;
import dev.theca.wire.Digest;
import dev.theca.wire.Outcome;
import java.util.Optional;

/** An image's name: registry host with port, repository, and a tag or a digest. */
public record ImageRef(String registry, String repository, String tag, Optional<Digest> digest) {
  /**
   * Reads {@code host[:port]/path[:tag][@digest]}; a name without a host is one of Docker Hub's.
   */
  public static Outcome<ImageRef> parse(String text) {
    String rest = text;
    Optional<Digest> digest = Optional.empty();
    int at = rest.indexOf('@');
    if (at >= 0) {
      if (!(Digest.parse(rest.substring(at + 1)) instanceof Outcome.Granted<Digest>(var found)))
        return bad(text);
      digest = Optional.of(found);
      rest = rest.substring(0, at);
    }
    String tag = "";
    int colon = rest.lastIndexOf(':');
    if (colon > rest.lastIndexOf('/')) {
      tag = rest.substring(colon + 1);
      rest = rest.substring(0, colon);
      if (!tag.matches("\\w[\\w.-]{0,127}")) return bad(text);
    }
    int slash = rest.indexOf('/');
    String first = slash < 0 ? "" : rest.substring(0, slash);
    boolean host = first.contains(".") || first.contains(":") || first.equals("localhost");
    String registry = host ? first : "docker.io";
    String repository = host ? rest.substring(slash + 1) : slash < 0 ? "library/" + rest : rest;
    if (!registry.matches("[a-zA-Z0-9.-]+(:[0-9]{1,5})?")
        || !repository.matches("[a-z0-9]+([._-]+[a-z0-9]+)*(/[a-z0-9]+([._-]+[a-z0-9]+)*)*")
        || text.length() > 512) {
      return bad(text);
    }
    return Outcome.granted(
        new ImageRef(
            registry, repository, tag.isEmpty() && digest.isEmpty() ? "latest" : tag, digest));
  }

  /** Host and repository: the scope that policies name. */
  public String name() {
    return registry + "/" + repository;
  }

  /** What the registry is asked for: the digest when there is one. */
  public String reference() {
    return digest.map(Digest::toString).orElse(tag);
  }

  private static <T> Outcome<T> bad(String text) {
    return Outcome.refused(
        Code.of("image-name"),
        "image name",
        "host/path:tag or host/path@digest",
        "'" + (text.length() > 200 ? text.substring(0, 200) : text) + "'",
        "correct the image's name");
  }

  @Override
  public String toString() {
    return name() + (tag.isEmpty() ? "" : ":" + tag) + digest.map(d -> "@" + d).orElse("");
  }
}
