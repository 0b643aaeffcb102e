package dev.theca.image.remote;

import java.util.Optional;

/**
 * What a token is wanted for (distribution token specification, "Resource Scope"): a repository,
 * the actions in it, and another repository that a blob is mounted from.
 */
record Scope(String repository, String actions, Optional<String> from) {
  static Scope pull(String repository) {
    return new Scope(repository, "pull", Optional.empty());
  }

  static Scope push(String repository) {
    return new Scope(repository, "pull,push", Optional.empty());
  }

  static Scope delete(String repository) {
    return new Scope(repository, "pull,push,delete", Optional.empty());
  }

  Scope mounting(String other) {
    return new Scope(repository, actions, Optional.of(other));
  }

  @Override
  public String toString() {
    return "repository:"
        + repository
        + ":"
        + actions
        + from.map(name -> " repository:" + name + ":pull").orElse("");
  }
}
