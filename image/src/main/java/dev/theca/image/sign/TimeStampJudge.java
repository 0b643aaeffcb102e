package dev.theca.image.sign;

import dev.theca.wire.Outcome;
import dev.theca.wire.der.Der;
import dev.theca.wire.x509.Certificate;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/**
 * Whether an authority that is trusted has stamped a signature (RFC 3161, section 2.4.2): the
 * signed attributes bind what was stamped and the authority's certificate, and that leads to the
 * authority's root at the very time that is claimed.
 */
final class TimeStampJudge {
  private static final String EXTENDED_KEY_USAGE = "2.5.29.37";
  private static final String TIME_STAMPING = "1.3.6.1.5.5.7.3.8";

  private TimeStampJudge() {}

  /** The time at which the signature was there, by one of these authorities. */
  static Outcome<Instant> proved(
      byte[] response, byte[] signature, List<TrustedAuthority> authorities) {
    return TimeStamp.parse(response)
        .then(
            stamp -> {
              if (!is(stamp.imprintHash(), signature, stamp.imprint()))
                return TimeStamp.bad("of this signature", "of something else");
              if (!is(stamp.signature().digestHash(), stamp.info(), stamp.signature().digest()))
                return TimeStamp.bad("a signer who saw this time", "one who saw another");
              Outcome<Instant> last =
                  TimeStamp.bad("by an authority of the trusted root", "by another");
              for (TrustedAuthority authority : authorities) {
                var signer = signer(stamp, authority);
                if (signer.isEmpty()) continue;
                last = by(stamp, signer.get(), authority);
                if (last.isGranted()) return last;
              }
              return last;
            });
  }

  private static Optional<Certificate> signer(TimeStamp stamp, TrustedAuthority authority) {
    var known = new ArrayList<>(authority.chain());
    known.addAll(stamp.certificates());
    var named = stamp.signature();
    return known.stream()
        .filter(c -> is(named.certificateHash(), c.encoded(), named.certificate()))
        .findFirst();
  }

  private static Outcome<Instant> by(
      TimeStamp stamp, Certificate signer, TrustedAuthority authority) {
    var at = stamp.at();
    if (!authority.use().covers(at))
      return TimeStamp.bad("stamped while the authority was in use", "stamped at " + at);
    // Section 2.3: this purpose, critical, and no other.
    var purpose = signer.extensions().get(EXTENDED_KEY_USAGE);
    if (purpose == null
        || !purpose.critical()
        || !Arrays.equals(purpose.value(), Der.sequence(Der.oid(TIME_STAMPING))))
      return TimeStamp.bad("a certificate for timestamps only", "one for something else");
    var pinned = new ArrayList<>(authority.chain());
    var anchors = List.of(pinned.removeLast());
    pinned.addAll(stamp.certificates());
    return new CertificatePath(anchors, pinned, at)
        .issuerOf(signer, TIME_STAMPING)
        .then(_ -> SignatureKey.spki(signer.spki()))
        .then(
            key ->
                key.verifies(stamp.signature().attributes(), stamp.signature().signature())
                    ? Outcome.granted(at)
                    : TimeStamp.bad("signed by its certificate's key", "by another"));
  }

  private static boolean is(String hash, byte[] bytes, byte[] digest) {
    try {
      return MessageDigest.isEqual(MessageDigest.getInstance(hash).digest(bytes), digest);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("the JDK lacks " + hash, e);
    }
  }
}
