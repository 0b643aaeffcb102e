package dev.theca.broker.token;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

/**
 * How this broker signs tokens.
 *
 * @param issuer claim {@code iss} that its own tokens must carry
 * @param audiences one of which its own tokens must carry in {@code aud}; empty: not checked
 * @param longestLife no token is signed for longer; a retired key verifies for as long
 * @param publishAhead how long the next key is published before it may sign
 * @param key which key signs
 */
public record TokenSettings(
    String issuer,
    List<String> audiences,
    Duration longestLife,
    Duration publishAhead,
    KeySource key) {
  public TokenSettings {
    audiences = List.copyOf(audiences);
  }

  /** The key that signs. */
  public sealed interface KeySource {
    /** Keys that the broker makes, keeps sealed and rotates. */
    record Own() implements KeySource {}

    /**
     * A key of the operator's: PEM files with a PKCS#8 key on P-256 and a certificate chain, leaf
     * first, read again when they change.
     *
     * @param certificateUrl header member {@code x5u}; empty text for none
     */
    record Files(Path privateKey, Path chain, String certificateUrl) implements KeySource {}
  }

  public static TokenSettings of(String issuer) {
    return new TokenSettings(
        issuer, List.of(), Duration.ofHours(1), Duration.ofMinutes(5), new KeySource.Own());
  }

  public TokenSettings withKey(KeySource source) {
    return new TokenSettings(issuer, audiences, longestLife, publishAhead, source);
  }

  public TokenSettings withAudiences(List<String> names) {
    return new TokenSettings(issuer, names, longestLife, publishAhead, key);
  }

  public TokenSettings withLongestLife(Duration life) {
    return new TokenSettings(issuer, audiences, life, publishAhead, key);
  }
}
