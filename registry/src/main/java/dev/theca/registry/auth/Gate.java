package dev.theca.registry.auth;

import dev.theca.registry.store.Names;
import dev.theca.wire.secret.Secret;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * Who the sender of a request is and what it may do. Without passwords everybody may do everything
 * (which a registry beyond loopback has to be told in so many words). With passwords and without
 * tokens each request carries a password; with both a password buys a token.
 */
public final class Gate {
  /** Somebody, and what it may do. */
  public record Caller(String name, Rights rights) {}

  private static final int MAX_SCOPES = 32;

  private final Optional<Passwords> passwords;
  private final Optional<Tokens> tokens;
  private final Rights anonymous;

  public Gate(Optional<Passwords> passwords, Optional<Tokens> tokens, Rights anonymous) {
    this.passwords = passwords;
    this.tokens = tokens;
    this.anonymous = anonymous;
  }

  public static Gate open() {
    return new Gate(Optional.empty(), Optional.empty(), Rights.ALL);
  }

  public Optional<Tokens> tokens() {
    return tokens;
  }

  /** Whether anybody has to say who they are. */
  public boolean closed() {
    return passwords.isPresent();
  }

  /** The sender by its Authorization field; nothing when it says something wrong. */
  public Optional<Caller> caller(Optional<String> authorization) {
    if (passwords.isEmpty()) return Optional.of(new Caller("", Rights.ALL));
    if (authorization.isEmpty()) return Optional.of(new Caller("", anonymous));
    String text = authorization.get();
    if (scheme(text, "bearer"))
      return tokens.flatMap(t -> t.check(text.substring(7).strip())).map(r -> new Caller("", r));
    return tokens.isPresent() ? Optional.empty() : basic(text);
  }

  /** The sender of a request for a token, who has a password or none at all. */
  public Optional<Caller> buyer(Optional<String> authorization) {
    return authorization.isEmpty()
        ? Optional.of(new Caller("", anonymous))
        : basic(authorization.get());
  }

  /** The part of a caller's rights that some scopes ask for ("repository:NAME:pull,push"). */
  public static Rights within(Caller caller, List<String> scopes) {
    var rules = new ArrayList<Rights.Rule>();
    for (String list : scopes) {
      for (String scope : list.split(" ")) {
        String[] parts = scope.split(":", -1);
        if (parts.length != 3 || !parts[0].equals("repository") || !Names.isRepository(parts[1]))
          continue;
        if (rules.size() == MAX_SCOPES) break;
        var wanted = List.of(parts[2].split(","));
        boolean changes =
            wanted.contains("push") || wanted.contains("delete") || wanted.contains("*");
        if (changes && caller.rights().allow(Action.PUSH, parts[1]))
          rules.add(new Rights.Rule(Action.PUSH, parts[1]));
        else if (caller.rights().allow(Action.PULL, parts[1]))
          rules.add(new Rights.Rule(Action.PULL, parts[1]));
      }
    }
    return new Rights(rules);
  }

  private Optional<Caller> basic(String authorization) {
    if (!scheme(authorization, "basic") || passwords.isEmpty()) return Optional.empty();
    byte[] pair;
    try {
      pair = Base64.getDecoder().decode(authorization.substring(6).strip());
    } catch (IllegalArgumentException e) {
      return Optional.empty();
    }
    int colon = 0;
    while (colon < pair.length && pair[colon] != ':') colon++;
    if (colon == pair.length) return Optional.empty();
    // how containers/image says nobody
    if (pair.length == 1) return Optional.of(new Caller("", anonymous));
    String name = new String(pair, 0, colon, StandardCharsets.UTF_8);
    try (var password = Secret.moveFrom(Arrays.copyOfRange(pair, colon + 1, pair.length))) {
      Arrays.fill(pair, (byte) 0);
      return passwords.get().check(name, password).map(u -> new Caller(name, u.rights()));
    }
  }

  private static boolean scheme(String authorization, String name) {
    return authorization.length() > name.length()
        && authorization.charAt(name.length()) == ' '
        && authorization.substring(0, name.length()).toLowerCase(Locale.ROOT).equals(name);
  }
}
