package dev.theca.cli.broker;

import dev.theca.broker.reference.ReferenceSigner;
import dev.theca.wire.Outcome;
import dev.theca.wire.jose.Jwk;
import dev.theca.wire.json.JsonObject;
import dev.theca.wire.secret.Secret;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** How reference values say where they come from: signed, or on an administrator's word. */
public final class Signing {
  /** As a broker without configuration makes it at its first start. */
  private static final String OWN_KEY = "provenance-key.jwk";

  private static final String OWN_NAME = "owner";

  /** For the command line. */
  public Signing() {}

  @Option(
      names = "--key",
      paramLabel = "FILE",
      description =
          "private JSON Web Key of 'reference keygen' (default: provenance-key.jwk beside the token,"
              + " which a broker without configuration made)")
  private @Nullable Path key;

  @Option(
      names = "--key-name",
      paramLabel = "NAME",
      description = "under which the broker knows the key, in [[reference.keys]]")
  private @Nullable String name;

  @Option(
      names = "--expires",
      paramLabel = "TIME",
      converter = Time.class,
      description = "until then the values hold (default: the broker's usual time)")
  private @Nullable Instant expires;

  @Option(
      names = "--unsigned",
      description = "send without a signature; brokers refuse that unless told otherwise")
  private boolean unsigned;

  public boolean hasKey() {
    return key != null || name != null;
  }

  /**
   * The message with a signature, or as it is when the user says so.
   *
   * @param token beside it lies the key that a broker without configuration made for its owner
   */
  public JsonObject applied(JsonObject message, Path token) {
    if (unsigned && (hasKey() || expires != null))
      throw new WrongUsage("--unsigned goes without --key, --key-name and --expires");
    if (unsigned) return message;
    var signer = signer(token);
    Instant now = Instant.now();
    return expires == null ? signer.sign(message, now) : signer.sign(message, now, expires);
  }

  private ReferenceSigner signer(Path token) {
    return signer(key, name, token);
  }

  /** The signer that is named, or the one whose key a broker without configuration made. */
  public static ReferenceSigner signer(@Nullable Path key, @Nullable String name, Path token) {
    if (key != null && name != null) return signer(key, name);
    Path made = token.resolveSibling(OWN_KEY);
    if (key != null || name != null || !Files.exists(made))
      throw new WrongUsage(
          "say who vouches for the values: a key file and the name by which the broker knows it");
    return signer(made, OWN_NAME);
  }

  private static ReferenceSigner signer(Path file, String name) {
    try (var secret = Secret.moveFrom(Input.of(file))) {
      return switch (Jwk.parse(secret)) {
        case Outcome.Granted<Jwk>(var key) -> new ReferenceSigner(name, key);
        case Outcome.Refused<Jwk> _ ->
            throw new WrongUsage("--key: there is no JSON Web Key in " + file);
      };
    } catch (IllegalArgumentException e) {
      throw new WrongUsage("--key: " + e.getMessage());
    }
  }
}
