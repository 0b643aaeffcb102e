package dev.theca.broker.plugin;

import dev.theca.wire.der.Der;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.Signature;
import java.util.ArrayList;
import java.util.List;

/** Makes certificate requests, right ones and wrong ones. */
final class Requests {
  static final String ECDSA_SHA256 = "1.2.840.10045.4.3.2";

  private Requests() {}

  static KeyPair key(String algorithm, int bits) {
    try {
      var generator = KeyPairGenerator.getInstance(algorithm);
      if (bits > 0) generator.initialize(bits);
      return generator.generateKeyPair();
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException(e);
    }
  }

  static KeyPair ec() {
    return key("EC", 256);
  }

  static byte[] sign(String name, KeyPair key, byte[] bytes) {
    try {
      var signature = Signature.getInstance(name);
      signature.initSign(key.getPrivate());
      signature.update(bytes);
      return signature.sign();
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException(e);
    }
  }

  static byte[] whole(byte[] info, String algorithm, byte[] signature) {
    return Der.sequence(info, Der.sequence(Der.oid(algorithm)), Der.bits(signature));
  }

  static byte[] info(int version, byte[] spki, byte[]... attributes) {
    byte[] all = new byte[0];
    for (byte[] attribute : attributes) {
      byte[] longer = java.util.Arrays.copyOf(all, all.length + attribute.length);
      System.arraycopy(attribute, 0, longer, all.length, attribute.length);
      all = longer;
    }
    return Der.sequence(
        Der.integer(version), X509Writer.name("whoever"), spki, Der.element(0xA0, all));
  }

  /** The attribute that asks for names: DNS names, and URIs where a name holds {@code ://}. */
  static byte[] names(String... names) {
    var list = new ArrayList<byte[]>();
    for (String name : names) list.add(Der.ia5(name.contains("://") ? 0x86 : 0x82, name));
    return names(list);
  }

  static byte[] names(List<byte[]> generalNames) {
    byte[] value = Der.sequence(generalNames.toArray(byte[][]::new));
    byte[] extension = X509Writer.extension("2.5.29.17", false, value);
    return Der.sequence(Der.oid("1.2.840.113549.1.9.14"), Der.set(Der.sequence(extension)));
  }

  /** A right request of a P-256 key. */
  static byte[] of(KeyPair key, String... names) {
    byte[] info =
        names.length == 0
            ? info(0, key.getPublic().getEncoded())
            : info(0, key.getPublic().getEncoded(), names(names));
    return whole(info, ECDSA_SHA256, sign("SHA256withECDSA", key, info));
  }
}
