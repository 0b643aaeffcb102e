package dev.theca.broker.kbs;

import dev.theca.wire.Outcome;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;

/**
 * Challenges without a record of each: the cookie carries what the challenge was for and until
 * when, under a MAC, and the nonce follows from it. So nobody fills the store by asking, and any
 * replica understands the cookie of another. Layout: version 1, key 4, expiry in seconds 4, TEE 1,
 * hash 1, random 16, MAC 16 bytes, in base64url.
 */
final class Challenges {
  static final List<String> HASHES = List.of("sha256", "sha384", "sha512");
  private static final int VERSION = 1;
  private static final int HEAD = 11;
  private static final int BODY = HEAD + 16;
  private static final int MAC = 16;
  private static final int CHARS = 58;

  private final SessionKeys keys;
  private final List<String> tees;
  private final Duration life;
  private final SecureRandom random = new SecureRandom();

  /** A challenge and the cookie that stands for it. */
  record Issued(String cookie, String nonce) {}

  Challenges(SessionKeys keys, List<String> tees, Duration life) {
    this.keys = keys;
    this.tees = List.copyOf(tees);
    this.life = life;
  }

  /** Whether evidence of this TEE can be answered to a challenge. */
  boolean knows(String tee) {
    return tees.contains(tee);
  }

  Duration life() {
    return life;
  }

  Issued issue(String tee, String hash, Instant now) {
    var key = keys.current(now);
    byte[] fresh = new byte[BODY - HEAD];
    random.nextBytes(fresh);
    byte[] body =
        ByteBuffer.allocate(BODY)
            .put((byte) VERSION)
            .putInt((int) key.id())
            .putInt((int) now.plus(life).getEpochSecond())
            .put((byte) tees.indexOf(tee))
            .put((byte) HASHES.indexOf(hash))
            .put(fresh)
            .array();
    byte[] cookie = Arrays.copyOf(body, BODY + MAC);
    System.arraycopy(mac(key, body), 0, cookie, BODY, MAC);
    return new Issued(encoded(cookie), nonce(key, body));
  }

  private static String encoded(byte[] cookie) {
    return Base64.getUrlEncoder().withoutPadding().encodeToString(cookie);
  }

  /** The challenge of a cookie, refused when it is not ours or over. */
  Outcome<Challenge> open(String cookie, Instant now) {
    return parsed(cookie)
        .<Outcome<Challenge>>map(
            challenge ->
                now.isBefore(challenge.expires())
                    ? Outcome.granted(challenge)
                    : unknown("one that ended at " + challenge.expires()))
        .orElseGet(() -> unknown(cookie.isEmpty() ? "none" : "one that is none of ours"));
  }

  private Optional<Challenge> parsed(String cookie) {
    if (cookie.length() != CHARS) return Optional.empty();
    byte[] all;
    try {
      all = Base64.getUrlDecoder().decode(cookie);
    } catch (IllegalArgumentException e) {
      return Optional.empty();
    }
    // one cookie has one form: the decoder ignores bits of the last character
    if (!encoded(all).equals(cookie)) return Optional.empty();
    if (all.length != BODY + MAC || all[0] != VERSION) return Optional.empty();
    byte[] body = Arrays.copyOf(all, BODY);
    var buffer = ByteBuffer.wrap(body, 1, BODY - 1);
    var key = keys.find(Integer.toUnsignedLong(buffer.getInt()));
    if (key.isEmpty()) return Optional.empty();
    byte[] mac = Arrays.copyOfRange(all, BODY, all.length);
    if (!MessageDigest.isEqual(mac, mac(key.get(), body))) return Optional.empty();
    Instant expires = Instant.ofEpochSecond(Integer.toUnsignedLong(buffer.getInt()));
    String tee = tees.get(buffer.get());
    String hash = HASHES.get(buffer.get());
    String id = HexFormat.of().formatHex(body, HEAD, BODY);
    return Optional.of(new Challenge(id, tee, hash, nonce(key.get(), body), expires));
  }

  private static byte[] mac(SessionKeys.Key key, byte[] body) {
    return Arrays.copyOf(key.mac(labelled("challenge", body)), MAC);
  }

  /** 32 bytes, standard base64 (KBS protocol 0.4.0, Challenge). */
  private static String nonce(SessionKeys.Key key, byte[] body) {
    return Base64.getEncoder().encodeToString(key.mac(labelled("nonce", body)));
  }

  private static byte[] labelled(String label, byte[] body) {
    byte[] name = label.getBytes(StandardCharsets.US_ASCII);
    return ByteBuffer.allocate(1 + name.length + body.length)
        .put((byte) name.length)
        .put(name)
        .put(body)
        .array();
  }

  private static <T> Outcome<T> unknown(String found) {
    return Outcome.refused(
        KbsCode.SESSION_UNKNOWN,
        "session",
        "the cookie of a challenge that is not over",
        found,
        "begin with POST /kbs/v0/auth");
  }
}
