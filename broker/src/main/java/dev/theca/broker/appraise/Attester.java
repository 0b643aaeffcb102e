package dev.theca.broker.appraise;

import dev.theca.wire.json.JsonObject;
import dev.theca.wire.json.JsonValue;
import java.util.Optional;

/**
 * One TEE that attests, as a client sent it (KBS protocol 0.4.0; attestation service API).
 *
 * @param tee its word, such as {@code sgx}
 * @param evidence the TEE's JSON; an object everywhere but for NVIDIA's lists
 * @param runtime what the evidence is bound to
 * @param initData absent where none was sent
 */
public record Attester(
    String tee, JsonValue evidence, Runtime runtime, Optional<InitDataGiven> initData) {
  /** What stands in the report data. */
  public sealed interface Runtime {
    /** JSON whose canonical form is hashed; the claims become {@code runtime_data_claims}. */
    record Structured(JsonObject claims, String hash) implements Runtime {}

    /** Bytes that stand there as they are. */
    record Raw(byte[] bytes) implements Runtime {}

    /** Not bound: such a token releases nothing. */
    record None() implements Runtime {}
  }

  /** Init data as text, or its digest alone. */
  public sealed interface InitDataGiven {
    /** The TOML text. */
    record Text(String toml) implements InitDataGiven {}

    /** Its digest. */
    record DigestOnly(byte[] digest) implements InitDataGiven {}
  }
}
