package dev.theca.broker.gramine;

import dev.theca.broker.appraise.AttestationService;
import dev.theca.broker.appraise.Attester;
import dev.theca.evidence.SgxQuote;
import dev.theca.evidence.ratls.RaTlsCertificate;
import dev.theca.wire.Outcome;
import dev.theca.wire.cbor.Cbor;
import dev.theca.wire.cbor.CborValue;
import dev.theca.wire.cbor.CborValue.CborArray;
import dev.theca.wire.cbor.CborValue.CborBytes;
import dev.theca.wire.cbor.CborValue.CborTag;
import dev.theca.wire.json.JsonObject;
import dev.theca.wire.x509.Certificate;
import java.time.Instant;
import java.util.Arrays;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;

/**
 * Peers by RA-TLS certificate: what the certificate's extension says the quote must be bound to
 * goes as report data to the attestation service, which verifies the quote and appraises it by the
 * policies that also serve {@code /attest}. SGX only: Gramine has no other.
 */
public final class AppraisedPeers implements Peers {
  private static final int REPORT_DATA = 64;

  /** Reference page on LibOSes, section 7. */
  private static final String TAGGED = "2.23.133.5.4.9";

  private static final String LEGACY = "0.6.9.42.840.113741.1337.6";
  private static final String LEGACY_RIGHT = "1.2.840.113741.1337.6";

  private final AttestationService service;
  private final List<String> policyIds;

  public AppraisedPeers(AttestationService service, List<String> policyIds) {
    this.service = service;
    this.policyIds = List.copyOf(policyIds);
  }

  @Override
  public Outcome<Peer> judge(byte[] certificate, Instant now) {
    return Certificate.parse(certificate)
        .then(
            parsed ->
                RaTlsCertificate.read(parsed, Optional.empty())
                    .then(read -> judge(read, quote(parsed, read.form()), now)));
  }

  private Outcome<Peer> judge(RaTlsCertificate read, byte[] quote, Instant now) {
    if (!(read.quote() instanceof SgxQuote sgx))
      return GramineCode.NOT_AN_ENCLAVE.refuse("quote", "an SGX quote", "a TDX quote");
    byte[] bound = read.expected().reportData().orElseThrow();
    var evidence =
        JsonObject.builder().put("quote", Base64.getEncoder().encodeToString(quote)).build();
    var attester =
        new Attester(
            "sgx",
            evidence,
            new Attester.Runtime.Raw(Arrays.copyOf(bound, REPORT_DATA)),
            Optional.empty());
    String name = "attested:sgx:" + HexFormat.of().formatHex(sgx.report().mrEnclave());
    return service.judge(List.of(attester), policyIds, now).map(judged -> new Peer(name, judged));
  }

  /** The bytes of the quote that was just read from the certificate. */
  private static byte[] quote(Certificate certificate, RaTlsCertificate.Form form) {
    return switch (form) {
      case LEGACY ->
          certificate.extension(LEGACY).or(() -> certificate.extension(LEGACY_RIGHT)).orElseThrow();
      case TAGGED -> {
        byte[] extension = certificate.extension(TAGGED).orElseThrow();
        if (Cbor.decode(extension, extension.length).orThrow()
                instanceof CborTag(long _, CborArray(List<CborValue> parts))
            && parts.getFirst() instanceof CborBytes(byte[] quote)) yield quote;
        throw new IllegalStateException("tagged evidence changed while it was read");
      }
    };
  }
}
