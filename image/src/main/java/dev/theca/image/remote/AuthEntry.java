package dev.theca.image.remote;

import dev.theca.wire.Outcome;
import dev.theca.wire.json.JsonObject;
import dev.theca.wire.secret.Secret;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Base64;
import java.util.Optional;

/**
 * One entry of an auth file: {@code registrytoken}, else {@code identitytoken}, else {@code auth}
 * (base64 of {@code user:password}), else {@code username} with {@code password}.
 */
final class AuthEntry {
  private AuthEntry() {}

  /** Empty for an entry without a secret, as Docker leaves them behind for credential stores. */
  static Outcome<Optional<Credential>> read(String found, JsonObject item) {
    String registry = item.string("registrytoken").orElse("");
    if (!registry.isEmpty())
      return Outcome.granted(Optional.of(new Credential.RegistryToken(found, secret(registry))));
    String identity = item.string("identitytoken").orElse("");
    if (!identity.isEmpty())
      return Outcome.granted(Optional.of(new Credential.IdentityToken(found, secret(identity))));
    String auth = item.string("auth").orElse("");
    if (auth.isEmpty()) {
      String user = item.string("username").orElse("");
      return user.isEmpty()
          ? Outcome.granted(Optional.empty())
          : Outcome.granted(
              Optional.of(
                  new Credential.Login(
                      found, secret(user + ":" + item.string("password").orElse("")))));
    }
    try {
      byte[] both = Base64.getDecoder().decode(auth);
      int end = both.length;
      // line feeds of "echo password | base64", and the zeros of old Docker versions
      while (end > 0 && (both[end - 1] == '\n' || both[end - 1] == '\r' || both[end - 1] == 0))
        end--;
      boolean named = false;
      for (int i = 1; i < end; i++) named |= both[i] == ':';
      byte[] kept = Arrays.copyOf(both, end);
      Arrays.fill(both, (byte) 0);
      if (named)
        return Outcome.granted(Optional.of(new Credential.Login(found, Secret.moveFrom(kept))));
      Arrays.fill(kept, (byte) 0);
    } catch (IllegalArgumentException e) {
      return AuthFile.bad(found, "base64 of user:password", "no base64");
    }
    return AuthFile.bad(found, "base64 of user:password", "something else");
  }

  private static Secret secret(String text) {
    return Secret.moveFrom(text.getBytes(StandardCharsets.UTF_8));
  }
}
