package dev.theca.evidence.amd;

import dev.theca.evidence.SnpEndorsement;
import dev.theca.evidence.Vectors;
import dev.theca.wire.json.JsonObject;
import dev.theca.wire.x509.Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/** The recorded reports' endorsements. */
public final class SnpVectors {
  private SnpVectors() {}

  public static SnpEndorsement endorsement(JsonObject one) {
    var chain = one.strings("chain").orElseThrow();
    String folder = "snp/" + one.string("id").orElseThrow() + "/";
    return new SnpEndorsement(
        Vectors.bytes(folder + chain.get(0)),
        Optional.of(Vectors.bytes("snp/certs/" + chain.get(1))),
        Optional.of(Vectors.bytes("snp/certs/" + chain.get(2))),
        Optional.empty());
  }

  /** A time at which the VEK was valid. */
  public static Instant time(JsonObject one) {
    var vek = Certificate.parse(endorsement(one).vek()).orThrow();
    return vek.notBefore().plus(Duration.ofDays(30));
  }
}
