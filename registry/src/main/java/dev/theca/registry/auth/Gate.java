package dev.theca.registry.auth;

import dev.theca.registry.store.Names;
import dev.theca.wire.secret.Secret;
import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * Who the sender of a request is and what it may do. Without passwords everybody may do everything
 * (which a registry beyond loopback has to be told in so many words). With passwords and without
 * tokens each request carries a password; with both a password buys a token. Whoever tries too many
 * wrong passwords is told to wait; one that was right a moment ago still opens.
 */
public final class Gate {
  /** Somebody, and what it may do. */
  public record Caller(String name, Rights rights) {}

  /** What is known of a sender. */
  public sealed interface Answer {
    record Known(Caller caller) implements Answer {}

    /** What it says of itself is wrong. */
    record Unknown() implements Answer {}

    /** Too many wrong passwords came from there; nothing was looked at. */
    record TooOften() implements Answer {}
  }

  private static final int MAX_SCOPES = 32;

  private final Optional<Passwords> passwords;
  private final Optional<Tokens> tokens;
  private final Rights anonymous;
  private final Attempts attempts;

  public Gate(
      Optional<Passwords> passwords,
      Optional<Tokens> tokens,
      Rights anonymous,
      InstantSource clock) {
    this.passwords = passwords;
    this.tokens = tokens;
    this.anonymous = anonymous;
    this.attempts = new Attempts(clock);
  }

  public static Gate open() {
    return new Gate(Optional.empty(), Optional.empty(), Rights.ALL, InstantSource.system());
  }

  public Optional<Tokens> tokens() {
    return tokens;
  }

  /** Whether anybody has to say who they are. */
  public boolean closed() {
    return passwords.isPresent();
  }

  /** The sender by its Authorization field. */
  public Answer caller(Optional<String> authorization, InetAddress from) {
    if (passwords.isEmpty()) return new Answer.Known(new Caller("", Rights.ALL));
    if (authorization.isEmpty()) return nobody();
    String text = authorization.get();
    if (scheme(text, "bearer"))
      return tokens
          .flatMap(t -> t.check(text.substring(7).strip()))
          .<Answer>map(Answer.Known::new)
          .orElseGet(Answer.Unknown::new);
    return tokens.isPresent() ? new Answer.Unknown() : basic(text, from);
  }

  /** The sender of a request for a token, who has a password or none at all. */
  public Answer buyer(Optional<String> authorization, InetAddress from) {
    return authorization.isEmpty() ? nobody() : basic(authorization.get(), from);
  }

  /** Somebody with a name and a password. */
  public Answer named(String name, Secret password, InetAddress from) {
    if (passwords.isEmpty()) return new Answer.Unknown();
    var known = passwords.get();
    var remembered = known.remembered(name, password);
    if (remembered.isPresent())
      return new Answer.Known(new Caller(name, remembered.get().rights()));
    if (!attempts.begin(from)) return new Answer.TooOften();
    var user = known.check(name, password);
    if (user.isEmpty()) return new Answer.Unknown();
    attempts.forgive(from);
    return new Answer.Known(new Caller(name, user.get().rights()));
  }

  private Answer nobody() {
    return new Answer.Known(new Caller("", anonymous));
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

  private Answer basic(String authorization, InetAddress from) {
    if (!scheme(authorization, "basic")) return new Answer.Unknown();
    byte[] pair;
    try {
      pair = Base64.getDecoder().decode(authorization.substring(6).strip());
    } catch (IllegalArgumentException e) {
      return new Answer.Unknown();
    }
    int colon = 0;
    while (colon < pair.length && pair[colon] != ':') colon++;
    if (colon == pair.length) return new Answer.Unknown();
    if (pair.length == 1) return nobody(); // how containers/image says nobody
    String name = new String(pair, 0, colon, StandardCharsets.UTF_8);
    try (var password = Secret.moveFrom(Arrays.copyOfRange(pair, colon + 1, pair.length))) {
      Arrays.fill(pair, (byte) 0);
      return named(name, password, from);
    }
  }

  private static boolean scheme(String authorization, String name) {
    return authorization.length() > name.length()
        && authorization.charAt(name.length()) == ' '
        && authorization.substring(0, name.length()).toLowerCase(Locale.ROOT).equals(name);
  }
}
