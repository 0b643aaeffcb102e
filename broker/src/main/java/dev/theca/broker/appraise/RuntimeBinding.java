package dev.theca.broker.appraise;

import dev.theca.broker.appraise.Attester.Runtime;
import dev.theca.evidence.EvidenceType;
import dev.theca.wire.Digest;
import dev.theca.wire.Outcome;
import dev.theca.wire.json.Json;
import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;

/**
 * What must stand in the report data of each TEE (KBS protocol 0.4.0, binding of the TEE's key).
 */
final class RuntimeBinding {
  /** TPM quotes and SPDM requests have a nonce of 32 bytes: attesters pad or cut to it. */
  private static final int NONCE = 32;

  private RuntimeBinding() {}

  /** The expected bytes; empty for evidence that is bound to nothing. */
  static Outcome<Optional<byte[]>> expected(EvidenceType type, Runtime runtime) {
    return switch (runtime) {
      case Runtime.None() -> Outcome.granted(Optional.empty());
      case Runtime.Raw(byte[] bytes) -> {
        int most = type == EvidenceType.TPM || type == EvidenceType.NVIDIA ? NONCE : 64;
        if (bytes.length > most) yield bad("at most " + most + " bytes", bytes.length + " bytes");
        yield Outcome.granted(Optional.of(fitted(type, bytes)));
      }
      case Runtime.Structured structured ->
          digest(structured).map(d -> Optional.of(fitted(type, d)));
    };
  }

  private static Outcome<byte[]> digest(Runtime.Structured structured) {
    String algorithm =
        switch (structured.hash().toLowerCase(Locale.ROOT)) {
          case "sha256", "sha-256" -> "sha256";
          case "", "sha384", "sha-384" -> "sha384";
          case "sha512", "sha-512" -> "sha512";
          default -> "";
        };
    if (algorithm.isEmpty()) return bad("sha256, sha384 or sha512", "another hash");
    byte[] canonical;
    try {
      canonical = Json.canonical(structured.claims());
    } catch (IllegalArgumentException e) {
      return bad("numbers that are IEEE 754 doubles (RFC 8785)", "another number");
    }
    return Outcome.granted(Digest.hasher(algorithm).digest(canonical));
  }

  private static byte[] fitted(EvidenceType type, byte[] bytes) {
    return switch (type) {
      case TPM, NVIDIA -> Arrays.copyOf(bytes, NONCE);
      case SE -> Arrays.copyOf(bytes, 64);
      // The others' fields are longer: the verifier pads. Azure's quote has the bytes as they are.
      default -> bytes;
    };
  }

  private static <T> Outcome<T> bad(String expected, String found) {
    return Outcome.refused(
        AppraiseCode.BAD_RUNTIME_DATA,
        "runtime data",
        expected,
        found,
        "bind the evidence as the protocol says");
  }
}
