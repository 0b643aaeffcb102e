package dev.theca.evidence.ratls;

import dev.theca.evidence.EvidenceCode;
import dev.theca.evidence.Expected;
import dev.theca.evidence.Finding;
import dev.theca.evidence.IntelQuote;
import dev.theca.evidence.Severity;
import dev.theca.evidence.Step;
import dev.theca.evidence.intel.QuoteReader;
import dev.theca.wire.Digest;
import dev.theca.wire.Outcome;
import dev.theca.wire.cbor.Cbor;
import dev.theca.wire.cbor.CborValue;
import dev.theca.wire.cbor.CborValue.CborArray;
import dev.theca.wire.cbor.CborValue.CborBytes;
import dev.theca.wire.cbor.CborValue.CborInt;
import dev.theca.wire.cbor.CborValue.CborMap;
import dev.theca.wire.cbor.CborValue.CborTag;
import dev.theca.wire.cbor.CborValue.CborText;
import dev.theca.wire.cbor.CborValue.Entry;
import dev.theca.wire.x509.Certificate;
import dev.theca.wire.x509.PublicKeyInfo;
import java.security.MessageDigest;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * The evidence inside a self-signed certificate: TCG DICE tagged evidence (OID 2.23.133.5.4.9) or,
 * in its absence, Gramine's older extension. Reading one says that the quote is about the
 * certificate's key, and nothing about the quote: that is the verifier's to judge, with {@link
 * #expected()}.
 *
 * @param expected what the quote's report data must be
 */
public record RaTlsCertificate(IntelQuote quote, Expected expected, Form form) {
  /** Which extension decided. */
  public enum Form {
    /** The extension of TCG DICE, which holds quote and claims. */
    TAGGED,
    /** Gramine's extension, which holds the quote alone. */
    LEGACY
  }

  static final String TAGGED = "2.23.133.5.4.9";

  /**
   * As Gramine encodes it by an old mistake, the whole element inside itself; and as it should be.
   */
  static final String LEGACY = "0.6.9.42.840.113741.1337.6";

  static final String LEGACY_RIGHT = "1.2.840.113741.1337.6";
  static final long TAG = 60000;
  private static final int MAX = 64 << 10;

  /** Reads the evidence; with a nonce, it must carry it. */
  public static Outcome<RaTlsCertificate> read(Certificate certificate, Optional<byte[]> nonce) {
    if (!(certificate.key() instanceof PublicKeyInfo.Ec(String curve, byte[] xy))
        || !Set.of(PublicKeyInfo.P256, PublicKeyInfo.P384).contains(curve))
      return refused(
          EvidenceCode.CHAIN_LEAF_INVALID, "key of the certificate", "P-256 or P-384", "another");
    var tagged = certificate.extension(TAGGED);
    if (tagged.isPresent()) return tagged(tagged.get(), certificate.spki(), nonce);
    if (nonce.isPresent())
      return refused(
          EvidenceCode.BINDING_NONCE, "certificate", "tagged evidence with our nonce", "none");
    return certificate
        .extension(LEGACY)
        .or(() -> certificate.extension(LEGACY_RIGHT))
        .map(
            quote ->
                QuoteReader.parse(quote)
                    .map(
                        q ->
                            new RaTlsCertificate(
                                q,
                                Expected.reportData(Digest.sha256(certificate.spki()).toBytes()),
                                Form.LEGACY)))
        .orElseGet(
            () ->
                refused(
                    EvidenceCode.FORMAT_EVIDENCE,
                    "certificate",
                    "an extension with evidence",
                    "none"));
  }

  /** Tagged evidence decides alone: when it is wrong, the older form is not asked. */
  private static Outcome<RaTlsCertificate> tagged(
      byte[] extension, byte[] spki, Optional<byte[]> nonce) {
    if (!(Cbor.decode(extension, MAX)
            instanceof
            Outcome.Granted<CborValue>(CborTag(long tag, CborArray(List<CborValue> parts))))
        || tag != TAG
        || parts.size() != 2
        || !(parts.get(0) instanceof CborBytes(byte[] quote))
        || !(parts.get(1) instanceof CborBytes(byte[] claims)))
      return refused(
          EvidenceCode.FORMAT_EVIDENCE,
          "tagged evidence",
          "tag 60000 around a quote and claims",
          "another structure");
    if (!(Cbor.decodeAnyOrder(claims, MAX) instanceof Outcome.Granted<CborValue>(CborMap map))
        || map.entries().isEmpty()
        || !map.entries().stream().map(Entry::key).allMatch(CborText.class::isInstance))
      return refused(
          EvidenceCode.FORMAT_EVIDENCE, "claims", "a map with text keys", "another value");
    if (!bound(map, spki))
      return refused(
          EvidenceCode.BINDING_KEY,
          "claim pubkey-hash",
          "the hash of the certificate's key",
          "another, or none");
    if (nonce.isPresent() && !carries(map, nonce.get()))
      return refused(
          EvidenceCode.BINDING_NONCE, "claim nonce", "the nonce that was sent", "another, or none");
    var expected = Expected.reportData(Digest.sha256(claims).toBytes());
    return QuoteReader.parse(quote).map(q -> new RaTlsCertificate(q, expected, Form.TAGGED));
  }

  private static boolean carries(CborMap claims, byte[] nonce) {
    return claims.get(new CborText("nonce")).orElse(claims) instanceof CborBytes(byte[] sent)
        && MessageDigest.isEqual(sent, nonce);
  }

  /** {@code pubkey-hash}: bytes of an array of hash id (IANA named information) and hash. */
  private static boolean bound(CborMap claims, byte[] spki) {
    if (!(claims.get(new CborText("pubkey-hash")).orElse(claims) instanceof CborBytes(byte[] entry))
        || !(Cbor.decode(entry, 256)
            instanceof Outcome.Granted<CborValue>(CborArray(List<CborValue> parts)))
        || parts.size() != 2
        || !(parts.get(0) instanceof CborInt(long id))
        || !(parts.get(1) instanceof CborBytes(byte[] hash))) return false;
    String name = id == 1 ? "sha256" : id == 7 ? "sha384" : id == 8 ? "sha512" : "";
    return !name.isEmpty() && MessageDigest.isEqual(Digest.hasher(name).digest(spki), hash);
  }

  private static <T> Outcome<T> refused(
      EvidenceCode code, String what, String expected, String found) {
    return Outcome.refused(
        new Finding(code, Severity.FATAL, Step.BINDING, what, expected, found).refusal());
  }
}
