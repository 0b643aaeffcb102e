package dev.theca.image.sign;

import dev.theca.wire.Outcome;
import dev.theca.wire.der.DerReader;
import dev.theca.wire.x509.Certificate;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * What a time-stamp authority answered (RFC 3161, TimeStampResp), taken apart and not judged.
 *
 * @param info the TSTInfo, which the authority signed by its digest
 * @param imprintHash hash of {@code imprint}, as Java names it
 * @param imprint the digest of what was stamped
 * @param at the time that is claimed
 * @param certificates what came along; often none
 * @param signature of the only signer
 */
record TimeStamp(
    byte[] info,
    String imprintHash,
    byte[] imprint,
    Instant at,
    List<Certificate> certificates,
    StampSigner signature) {
  static final int MAX_BYTES = 64 << 10;
  static final String TST_INFO = "1.2.840.113549.1.9.16.1.4";
  private static final String SIGNED_DATA = "1.2.840.113549.1.7.2";
  private static final int MAX_CERTIFICATES = 8;
  private static final DateTimeFormatter SECONDS =
      DateTimeFormatter.ofPattern("uuuuMMddHHmmss", Locale.ROOT);

  static Outcome<TimeStamp> parse(byte[] response) {
    try {
      if (response.length > MAX_BYTES) throw new DerReader.Malformed("more than 64 KiB");
      var whole = new DerReader(response);
      var in = whole.sequence();
      whole.end();
      int status = in.sequence().integer(255);
      if (status > 1) return bad("a stamp that was granted", "status " + status);
      var content = in.sequence();
      in.end();
      if (!content.oid().equals(SIGNED_DATA)) throw new DerReader.Malformed("not signed data");
      var explicit = content.enter(0xA0);
      content.end();
      var data = explicit.sequence();
      explicit.end();
      return Outcome.granted(read(data));
    } catch (DerReader.Malformed | DateTimeParseException e) {
      return bad("an answer of a time-stamp authority", String.valueOf(e.getMessage()));
    }
  }

  /** RFC 5652, section 5.1. */
  private static TimeStamp read(DerReader data) throws DerReader.Malformed {
    data.integer(5);
    data.content(0x31); // digest algorithms: the signer says its own
    var inner = data.sequence();
    if (!inner.oid().equals(TST_INFO)) throw new DerReader.Malformed("not a TSTInfo");
    byte[] info = inner.enter(0xA0).content(0x04);
    inner.end();
    var certificates = new ArrayList<Certificate>();
    if (data.peekTag() == 0xA0) {
      var list = data.enter(0xA0);
      while (list.hasNext()) {
        if (certificates.size() == MAX_CERTIFICATES)
          throw new DerReader.Malformed("more than " + MAX_CERTIFICATES + " certificates");
        certificates.add(Certificate.read(list.element()));
      }
    }
    if (data.peekTag() == 0xA1) data.content(0xA1); // revocation lists
    var signers = data.enter(0x31);
    var signer = StampSigner.read(signers.sequence());
    signers.end();
    data.end();

    var whole = new DerReader(info);
    var in = whole.sequence();
    whole.end();
    if (in.integer(9) != 1) throw new DerReader.Malformed("a TSTInfo of another version");
    in.oid(); // the authority's policy
    var imprint = in.sequence();
    String hash = StampSigner.hash(imprint.sequence());
    byte[] digest = imprint.content(0x04);
    imprint.end();
    in.integer(); // serial number
    Instant at = time(in.content(0x18));
    return new TimeStamp(info, hash, digest, at, List.copyOf(certificates), signer);
  }

  /** GeneralizedTime in UTC, with or without a fraction, which is cut off. */
  private static Instant time(byte[] content) throws DerReader.Malformed {
    String text = new String(content, StandardCharsets.US_ASCII);
    if (!text.matches("[0-9]{14}(\\.[0-9]{1,9})?Z")) throw new DerReader.Malformed("another time");
    return LocalDateTime.parse(text.substring(0, 14), SECONDS).toInstant(ZoneOffset.UTC);
  }

  static <T> Outcome<T> bad(String expected, String found) {
    return SignCode.TIME.refused(
        "timestamp of the signature", expected, found, "sign again, with a timestamp");
  }
}
