package dev.theca.broker.kbs;

import dev.theca.wire.json.JsonObject;
import dev.theca.wire.json.JsonString;
import dev.theca.wire.json.JsonValue;
import java.util.List;

/** Who an attested client is, for the audit trail and for what is kept for it: its measurement. */
public final class Subject {
  /** Where each TEE's claims have the measurement. */
  private static final List<List<String>> MEASUREMENTS =
      List.of(
          List.of("sgx", "body", "mr_enclave"),
          List.of("tdx", "quote", "body", "mr_td"),
          List.of("snp", "measurement"),
          List.of("az-snp-vtpm", "measurement"),
          List.of("az-tdx-vtpm", "quote", "body", "mr_td"),
          List.of("csv", "measure"),
          List.of("cca", "realm", "cca_realm_initial_measurement"),
          List.of("tpm", "ak_public"),
          List.of("se", "tag"));

  private Subject() {}

  /** {@code attested:sgx:<measurement>}; {@code attested:unknown} where there is none. */
  public static String of(JsonObject tokenClaims) {
    var evidence =
        tokenClaims
            .object("submods")
            .flatMap(all -> all.object("cpu0"))
            .flatMap(cpu -> cpu.object("ear.veraison.annotated-evidence"));
    if (evidence.isEmpty()) return "attested:unknown";
    for (var path : MEASUREMENTS) {
      JsonValue at = evidence.get();
      for (String name : path)
        at = at instanceof JsonObject object ? object.members().get(name) : null;
      if (at instanceof JsonString(String measured))
        return "attested:" + path.getFirst() + ":" + measured;
    }
    return "attested:unknown";
  }
}
