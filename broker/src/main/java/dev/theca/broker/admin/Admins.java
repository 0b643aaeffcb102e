package dev.theca.broker.admin;

import dev.theca.wire.Outcome;
import java.time.Instant;

/** Who may administrate what. */
public interface Admins {
  /** Codes that the HTTP side maps: no credentials is 401, not allowed is 403. */
  String MISSING = "admin-credentials-missing";

  /** The credentials are not believed: 401. */
  String INVALID = "admin-credentials-invalid";

  /** Believed, and not allowed to do this: 403. */
  String DENIED = "admin-denied";

  /**
   * Whether the bearer may send this method to this path.
   *
   * @param bearer what follows {@code Bearer}; empty text when there was none
   * @param path decoded, without query, beginning with {@code /kbs/v0} or {@code /theca/v1}
   */
  Outcome<Actor> allow(String bearer, String method, String path, Instant now);
}
