package dev.theca.image.remote;

import dev.theca.wire.secret.Secret;
import java.util.Arrays;

/**
 * What is shown to a registry, or to its token server. The secrets belong to whoever made the
 * {@link Credentials}; a registry client only borrows them.
 */
public sealed interface Credential {
  /** The name under which it was found, for messages: never the secret, never the user. */
  String found();

  /** User and password, as the bytes of {@code user:password} in UTF-8. */
  record Login(String found, Secret userAndPassword) implements Credential {
    public static Login of(String found, String user, Secret password) {
      byte[] name = (user + ":").getBytes(java.nio.charset.StandardCharsets.UTF_8);
      byte[] both =
          password.lend(
              secret -> {
                byte[] out = Arrays.copyOf(name, name.length + secret.length);
                System.arraycopy(secret, 0, out, name.length, secret.length);
                return out;
              });
      return new Login(found, Secret.moveFrom(both));
    }
  }

  /** A refresh token that a token server takes for access tokens (OAuth 2, RFC 6749 section 6). */
  record IdentityToken(String found, Secret token) implements Credential {}

  /** A bearer token that is shown as it is. */
  record RegistryToken(String found, Secret token) implements Credential {}
}
