package dev.theca.image.remote;

import dev.theca.wire.Outcome;
import java.util.Optional;

/** Knows which credential belongs to a repository. Safe for several threads. */
public interface Credentials {
  /** Everything without credentials. */
  Credentials ANONYMOUS = (host, repository) -> Outcome.granted(Optional.empty());

  /**
   * The credential for a repository of a host (with port, as in image names; Docker Hub is {@code
   * docker.io}); empty when there is none.
   */
  Outcome<Optional<Credential>> of(String host, String repository);

  /** One credential for one host, however it is spelled in image names; none for others. */
  static Credentials forHost(String host, Credential credential) {
    return (asked, repository) ->
        Outcome.granted(asked.equals(host) ? Optional.of(credential) : Optional.empty());
  }
}
