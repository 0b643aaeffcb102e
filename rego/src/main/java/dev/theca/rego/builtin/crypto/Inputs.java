package dev.theca.rego.builtin.crypto;

import dev.theca.rego.spi.BuiltinFault;
import dev.theca.rego.spi.Calling;
import dev.theca.rego.value.TextValue;
import dev.theca.rego.value.Value;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/** The forms in which policies write certificates and keys: PEM, or base 64 of PEM or of DER. */
final class Inputs {
  private static final String BEGIN = "-----BEGIN";

  private Inputs() {}

  /** The text, one char for each byte. */
  static String latin(Calling context, Value text) {
    context.spend(2L * ((TextValue) text).text().length());
    return Octets.latin(text);
  }

  private static String latin(byte[] bytes) {
    return new String(bytes, StandardCharsets.ISO_8859_1);
  }

  static List<Certificate> certificates(String text) throws BuiltinFault {
    if (text.startsWith(BEGIN)) return fromPem(text);
    byte[] decoded = Octets.standard(text);
    String inner = latin(decoded);
    return inner.startsWith(BEGIN) ? fromPem(inner) : CertificateReader.all(decoded);
  }

  private static List<Certificate> fromPem(String text) throws BuiltinFault {
    var der = new ByteArrayOutputStream();
    for (var block = PemBlock.next(text, 0);
        block != null;
        block = PemBlock.next(text, block.end())) {
      if (!block.type().equals("CERTIFICATE"))
        throw new BuiltinFault("PEM block type is '" + block.type() + "', expected CERTIFICATE");
      der.writeBytes(block.bytes());
    }
    return CertificateReader.all(der.toByteArray());
  }

  static Value request(String text) throws BuiltinFault {
    String pem =
        text.startsWith("-----BEGIN CERTIFICATE REQUEST-----")
            ? text
            : latin(Octets.standard(text));
    var block = PemBlock.next(pem, 0);
    if (block == null) return CertificateRequest.read(pem.getBytes(StandardCharsets.ISO_8859_1));
    if (!block.type().equals("CERTIFICATE REQUEST"))
      throw new BuiltinFault("invalid PEM-encoded certificate signing request");
    return CertificateRequest.read(block.bytes());
  }

  /** The private keys of the blocks that hold one. */
  static List<Key> privateKeys(String text) throws BuiltinFault {
    String pem = text;
    try {
      pem = latin(Octets.standard(text));
    } catch (BuiltinFault e) {
      // no base 64: the text is what it is
    }
    var keys = new ArrayList<Key>();
    for (var block = PemBlock.next(pem, 0);
        block != null;
        block = PemBlock.next(pem, block.end())) {
      var key = KeyReader.block(block.type(), block.bytes());
      if (key != null) keys.add(key);
    }
    return keys;
  }

  /** As {@link #privateKeys}, of a text that must be PEM or base 64. */
  static List<Key> privateKeysOrBase64(String text) throws BuiltinFault {
    if (text.isEmpty()) throw new BuiltinFault("input PEM data was empty");
    return privateKeys(text.startsWith(BEGIN) ? text : latin(Octets.standard(text)));
  }
}
