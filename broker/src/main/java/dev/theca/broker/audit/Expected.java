package dev.theca.broker.audit;

import dev.theca.broker.token.Thumbprint;
import dev.theca.wire.jose.Jwk;
import java.util.List;

/**
 * What the reader of an export knows from elsewhere. Without any of it, an export can only be found
 * consistent with itself.
 *
 * @param keys thumbprints (RFC 7638) of signing keys that are believed, and their successors
 * @param heads places of the chain that were seen before
 */
public record Expected(List<String> keys, List<Known> heads) {
  public Expected {
    keys = List.copyOf(keys);
    heads = List.copyOf(heads);
  }

  /** A place of the chain that was seen before: noted at an earlier export, or by a sink. */
  public record Known(long seq, String hash) {}

  public static Expected nothing() {
    return new Expected(List.of(), List.of());
  }

  public static Expected key(String thumbprint) {
    return new Expected(List.of(thumbprint), List.of());
  }

  public static Expected key(Jwk key) {
    return key(Thumbprint.of(key));
  }

  public static Expected head(long seq, String hash) {
    return nothing().andHead(seq, hash);
  }

  public Expected andHead(long seq, String hash) {
    return new Expected(keys, List.of(new Known(seq, hash)));
  }
}
