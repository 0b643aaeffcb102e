package dev.theca.broker.admin;

import dev.theca.broker.admin.JwtDoor.Answer;
import dev.theca.broker.admin.JwtDoor.Fault;
import dev.theca.wire.Outcome;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Instant;
import java.util.Collections;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The identity providers, asked in the order of the configuration. A token that was believed is
 * believed again, without its signature being checked, until it expires or the provider's keys
 * change; at most 1024 are remembered, by their hash.
 */
final class JwtDoors {
  private static final int MAX_REMEMBERED = 1024;

  private final List<JwtDoor> doors;
  private final Map<String, Answer.Yes> remembered =
      Collections.synchronizedMap(
          new LinkedHashMap<>(64, 0.75f, true) {
            private static final long serialVersionUID = 1;

            @Override
            protected boolean removeEldestEntry(Map.Entry<String, Answer.Yes> eldest) {
              return size() > MAX_REMEMBERED;
            }
          });

  JwtDoors(List<JwtDoor> doors) {
    this.doors = List.copyOf(doors);
  }

  Outcome<Believed> judge(String bearer, Instant now) {
    if (bearer.length() > Jwt.MAX_CHARS) return unreadable();
    String hash = hash(bearer);
    var before = remembered.get(hash);
    if (before != null) {
      boolean sameKeys = before.source().current(now).filter(before.keys()::equals).isPresent();
      if (sameKeys && now.isBefore(before.who().until())) return Outcome.granted(before.who());
      remembered.remove(hash);
    }
    var token = Jwt.read(bearer);
    if (token.isEmpty()) return unreadable();
    var most = Fault.UNKNOWN_KEY;
    for (JwtDoor door : doors) {
      switch (door.judge(token.get(), now)) {
        case Answer.Yes yes -> {
          remembered.put(hash, yes);
          return Outcome.granted(yes.who());
        }
        case Answer.No(Fault fault) -> {
          if (fault.compareTo(most) > 0) most = fault;
        }
      }
    }
    var code = most == Fault.ROLE ? AdminCode.DENIED : AdminCode.INVALID;
    return code.refuse(
        "admin token (JWT)",
        most.expected,
        most.found,
        "get a new token from the identity provider, or compare [admin] with what it issues");
  }

  private static Outcome<Believed> unreadable() {
    return AdminCode.INVALID.refuse(
        "bearer token",
        "the root token, an API token or a JWT of a configured provider",
        "none of these",
        "send the admin token, or make one with: theca broker token create");
  }

  private static String hash(String text) {
    try {
      var sha256 = MessageDigest.getInstance("SHA-256");
      return HexFormat.of().formatHex(sha256.digest(text.getBytes(StandardCharsets.UTF_8)));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("the JDK lacks SHA-256", e);
    }
  }
}
