package dev.theca.broker.spi;

import dev.theca.broker.http.Answer;
import dev.theca.wire.json.JsonObject;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Serves {@code /kbs/v0/NAME/...} (generic plugin contract of the KBS). */
public interface Plugin extends AutoCloseable {
  /** A request, without what authorizes it. */
  record Call(
      String method,
      List<String> path,
      Map<String, String> query,
      byte[] body,
      Optional<JsonObject> tokenClaims,
      String actor) {}

  /**
   * What decides about a call cannot be asked now: nothing was done, and the answer is 503. Thrown
   * only where there is no answer to give it by.
   */
  final class Unavailable extends RuntimeException {
    private static final long serialVersionUID = 1;

    public Unavailable(String message, Throwable cause) {
      super(message, cause);
    }
  }

  /** The first segment of its paths. */
  String name();

  /**
   * Whether an administrator must ask; otherwise an attested client whom the policy lets.
   *
   * @throws Unavailable when the plugin must ask another for this, who does not answer
   */
  boolean needsAdmin(Call call);

  /**
   * Whether the answer to an attested client is encrypted to its TEE's key.
   *
   * @throws Unavailable as above
   */
  boolean encrypts(Call call);

  /** Whether the plugin appends administrators' changes to the audit trail itself. */
  default boolean recordsChanges() {
    return false;
  }

  /** Does it; with an error answer rather than an exception for whatever the caller got wrong. */
  Answer handle(Call call);

  @Override
  default void close() {}
}
