package dev.theca.interop.sign;

import dev.theca.wire.Outcome;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.zip.DataFormatException;
import java.util.zip.Inflater;
import org.bouncycastle.bcpg.CompressionAlgorithmTags;
import org.bouncycastle.openpgp.PGPCompressedData;

/**
 * Unpacks a compressed packet (RFC 9580 section 5.6) to its last byte: what follows the compressed
 * stream inside a packet of indeterminate length is refused, since other readers might take it for
 * a message. A bomb ends at the bound.
 */
final class Compressed {
  private static final int STEP = 8 << 10;

  private Compressed() {}

  static Outcome<byte[]> whole(PGPCompressedData packet, int maxBytes) throws IOException {
    byte[] stored;
    try (InputStream in = packet.getInputStream()) {
      stored = in.readNBytes(maxBytes + 1);
    }
    if (stored.length > maxBytes) return no("at most " + maxBytes + " bytes", "more");
    return switch (packet.getAlgorithm()) {
      case CompressionAlgorithmTags.UNCOMPRESSED -> Outcome.granted(stored);
      case CompressionAlgorithmTags.ZIP -> inflated(stored, true, maxBytes);
      case CompressionAlgorithmTags.ZLIB -> inflated(stored, false, maxBytes);
      default -> no("ZIP, ZLIB or none", "algorithm " + packet.getAlgorithm());
    };
  }

  private static Outcome<byte[]> inflated(byte[] stored, boolean raw, int maxBytes) {
    var inflater = new Inflater(raw);
    try {
      inflater.setInput(stored);
      var out = new ByteArrayOutputStream();
      byte[] step = new byte[STEP];
      while (!inflater.finished()) {
        int n = inflater.inflate(step);
        if (n == 0 && !inflater.finished()) return no("a whole compressed stream", "a cut one");
        if (out.size() + n > maxBytes) return no("at most " + maxBytes + " bytes", "more");
        out.write(step, 0, n);
      }
      return inflater.getRemaining() == 0
          ? Outcome.granted(out.toByteArray())
          : no("nothing after the compressed message", inflater.getRemaining() + " bytes");
    } catch (DataFormatException e) {
      return no("a compressed stream", "other bytes");
    } finally {
      inflater.end();
    }
  }

  private static Outcome<byte[]> no(String expected, String found) {
    return BcOpenPgp.no(expected, found);
  }
}
