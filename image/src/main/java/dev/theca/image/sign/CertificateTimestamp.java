package dev.theca.image.sign;

import dev.theca.wire.Digest;
import dev.theca.wire.Outcome;
import dev.theca.wire.der.Der;
import dev.theca.wire.der.DerReader;
import dev.theca.wire.x509.Certificate;
import java.io.ByteArrayOutputStream;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/**
 * The promises of certificate logs that a certificate carries inside (RFC 6962, section 3.3): a
 * signature over the certificate as it was before they were put in (section 3.2, precert_entry).
 */
final class CertificateTimestamp {
  static final String OID = "1.3.6.1.4.1.11129.2.4.2";
  private static final int MAX = 8;

  private CertificateTimestamp() {}

  private record Promise(byte[] log, long millis, byte[] extensions, byte[] signature) {}

  /** Granted when one of the promises is by a log of {@code logs} that was in use then. */
  static Outcome<Instant> of(Certificate leaf, Certificate issuer, List<TrustedLog> logs) {
    var extension = leaf.extension(OID);
    if (extension.isEmpty()) return bad("a promise of a certificate log", "none");
    try {
      var in = new DerReader(extension.get());
      byte[] list = in.content(0x04);
      in.end();
      byte[] tbs = without(leaf.tbs());
      byte[] issuerKey = Digest.sha256(issuer.spki()).toBytes();
      for (Promise promise : promises(list)) {
        byte[] signed = signed(promise, issuerKey, tbs);
        var at = Instant.ofEpochMilli(promise.millis);
        for (TrustedLog log : logs)
          if (log.has(promise.log)
              && log.use().covers(at)
              && log.key().verifies(signed, promise.signature)) return Outcome.granted(at);
      }
      return bad("a promise of a certificate log of the trusted root", "promises of others");
    } catch (DerReader.Malformed | BufferUnderflowException e) {
      return bad("a list of promises", "a malformed one");
    }
  }

  private static List<Promise> promises(byte[] list) throws DerReader.Malformed {
    var in = ByteBuffer.wrap(list);
    if (Short.toUnsignedInt(in.getShort()) != in.remaining())
      throw new DerReader.Malformed("a list of another length");
    var promises = new ArrayList<Promise>();
    while (in.hasRemaining() && promises.size() < MAX) {
      var one = ByteBuffer.wrap(vector(in));
      if (one.get() != 0) continue; // a later version
      byte[] log = new byte[32];
      one.get(log);
      long millis = one.getLong();
      byte[] extensions = vector(one);
      one.getShort(); // hash and signature algorithm: the log's key says them
      byte[] signature = vector(one);
      if (one.hasRemaining()) throw new DerReader.Malformed("bytes after a promise");
      promises.add(new Promise(log, millis, extensions, signature));
    }
    return promises;
  }

  private static byte[] vector(ByteBuffer in) {
    byte[] bytes = new byte[Short.toUnsignedInt(in.getShort())];
    in.get(bytes);
    return bytes;
  }

  private static byte[] signed(Promise promise, byte[] issuerKey, byte[] tbs) {
    var out =
        ByteBuffer.allocate(1 + 1 + 8 + 2 + 32 + 3 + tbs.length + 2 + promise.extensions.length);
    out.put((byte) 0).put((byte) 0).putLong(promise.millis).putShort((short) 1).put(issuerKey);
    out.put((byte) (tbs.length >> 16)).putShort((short) tbs.length).put(tbs);
    out.putShort((short) promise.extensions.length).put(promise.extensions);
    return out.array();
  }

  /** The TBSCertificate without the list of promises. */
  static byte[] without(byte[] tbs) throws DerReader.Malformed {
    var outer = new DerReader(tbs);
    var in = outer.sequence();
    outer.end();
    var parts = new ByteArrayOutputStream();
    while (in.hasNext()) {
      if (in.peekTag() != 0xA3) {
        parts.writeBytes(in.element());
        continue;
      }
      var list = in.enter(0xA3).sequence();
      var kept = new ByteArrayOutputStream();
      while (list.hasNext()) {
        byte[] extension = list.element();
        if (!new DerReader(extension).sequence().oid().equals(OID)) kept.writeBytes(extension);
      }
      parts.writeBytes(Der.explicit(3, Der.element(0x30, kept.toByteArray())));
    }
    return Der.element(0x30, parts.toByteArray());
  }

  private static <T> Outcome<T> bad(String expected, String found) {
    return SignCode.CERTIFICATE.refused(
        "signer's certificate", expected, found, "sign with a certificate that was logged");
  }
}
