package dev.theca.rego.builtin.crypto;

import dev.theca.rego.spi.BuiltinFault;
import dev.theca.rego.value.ArrayValue;
import dev.theca.rego.value.Value;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/** A chain with the private key of its leaf, shown as Go's JSON shows a {@code tls.Certificate}. */
final class KeyPairs {
  private static final String BEGIN = "-----BEGIN ";

  private KeyPairs() {}

  static Value read(String certificates, String key) throws BuiltinFault {
    var chain = new ArrayList<byte[]>();
    for (var block : blocks(certificates, "CERTIFICATE"))
      if (block.type().equals("CERTIFICATE")) chain.add(block.bytes());
    if (chain.isEmpty())
      throw new BuiltinFault("tls: failed to find any PEM data in certificate input");
    var pair = key(key);
    var leaf = CertificateReader.one(chain.getFirst());
    if (!leaf.key().equals(pair.verifying()))
      throw new BuiltinFault("tls: private key does not match public key");
    return new Shown()
        .with("Certificate", ArrayValue.of(chain.stream().map(Octets::shown).toList()))
        .with("PrivateKey", KeyShown.of(pair))
        .missing("SupportedSignatureAlgorithms", "OCSPStaple", "SignedCertificateTimestamps")
        .with("Leaf", CertificateShown.of(leaf).value())
        .value();
  }

  /** The blocks of PEM; DER counts as one block of the type given. */
  private static List<PemBlock> blocks(String text, String type) throws BuiltinFault {
    String pem = text;
    if (!pem.startsWith(BEGIN)) {
      byte[] decoded = Octets.standard(text);
      pem = new String(decoded, StandardCharsets.ISO_8859_1);
      if (!pem.startsWith(BEGIN)) return List.of(new PemBlock(type, decoded, 0));
    }
    var blocks = new ArrayList<PemBlock>();
    for (var block = PemBlock.next(pem, 0); block != null; block = PemBlock.next(pem, block.end()))
      blocks.add(block);
    return blocks;
  }

  /** The first block that says it is a private key, whichever form it has. */
  private static Key key(String text) throws BuiltinFault {
    for (var block : blocks(text, "PRIVATE KEY")) {
      if (!block.type().endsWith("PRIVATE KEY")) continue;
      for (String type : List.of("RSA PRIVATE KEY", "PRIVATE KEY", "EC PRIVATE KEY")) {
        try {
          var key = KeyReader.block(type, block.bytes());
          if (key != null) return key;
        } catch (BuiltinFault e) {
          // another form may fit
        }
      }
      throw new BuiltinFault("tls: failed to parse private key");
    }
    throw new BuiltinFault("tls: failed to find any PEM data in key input");
  }
}
