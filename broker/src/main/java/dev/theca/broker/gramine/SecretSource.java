package dev.theca.broker.gramine;

import dev.theca.wire.secret.Secret;
import java.util.Optional;

/** Where released secrets come from. */
@FunctionalInterface
public interface SecretSource {
  /**
   * The resource at {@code repository/type/tag}, which the caller closes; empty when there is none.
   *
   * @param actor who gets it, as in the audit trail
   */
  Optional<Secret> read(String path, String actor);
}
