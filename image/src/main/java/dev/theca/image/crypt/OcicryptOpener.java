package dev.theca.image.crypt;

import dev.theca.image.Descriptor;
import dev.theca.image.spi.KeyUnwrap;
import dev.theca.wire.Digest;
import dev.theca.wire.Outcome;
import java.security.MessageDigest;
import java.util.List;
import java.util.TreeMap;
import javax.crypto.Mac;

/**
 * Opens layers that ocicrypt's tools encrypted (skopeo, nerdctl, ctr, the key provider of
 * Confidential Containers) and our own. Stricter than they are: the nonce is taken from the private
 * options alone and a public one that differs is refused, and the plaintext must have the digest of
 * the private options.
 */
public final class OcicryptOpener implements LayerOpener {
  private final List<KeyUnwrap> keys;

  /** Keys are tried in their order; cheap ones first. */
  public OcicryptOpener(List<KeyUnwrap> keys) {
    this.keys = List.copyOf(keys);
  }

  @Override
  public Outcome<OpenLayer> open(Descriptor layer) {
    return PublicOptions.of(layer.annotations())
        .then(shown -> KeyOpening.open(layer, keys).then(hidden -> begin(layer, shown, hidden)));
  }

  /** What describes the layer after decryption: no trace of keys, and its own digest. */
  public static Outcome<Descriptor> decrypted(Descriptor layer, Digest plaintext) {
    return LayerTypes.decrypted(layer.mediaType())
        .map(
            type -> {
              var annotations = new TreeMap<>(layer.annotations());
              annotations.keySet().removeIf(name -> name.startsWith(Annotations.ALL));
              return new Descriptor(type, plaintext, layer.size(), annotations);
            });
  }

  private Outcome<OpenLayer> begin(Descriptor layer, PublicOptions shown, PrivateOptions hidden) {
    try (hidden) {
      if (shown.nonce().filter(n -> !MessageDigest.isEqual(n, hidden.nonce())).isPresent())
        return CryptCode.BAD_OPTIONS.refuse(
            "encrypted layer " + layer.digest(),
            "the nonce of the private options",
            "another one in the public options",
            "somebody altered the manifest: pull it from a trusted place");
      return Outcome.granted(
          new Opening(
              layer.digest(),
              LayerCipher.of(hidden.key(), hidden.nonce()),
              LayerCipher.mac(hidden.key()),
              Digest.hasher(hidden.plaintext().algorithm()),
              shown.hmac(),
              hidden.plaintext()));
    }
  }

  private record Opening(
      Digest layer,
      LayerCipher cipher,
      Mac mac,
      MessageDigest digest,
      byte[] expectedMac,
      Digest expectedPlaintext)
      implements OpenLayer {
    @Override
    public void update(byte[] bytes, int from, int length) {
      mac.update(bytes, from, length);
      cipher.inPlace(bytes, from, length);
      digest.update(bytes, from, length);
    }

    @Override
    public Outcome<Boolean> finish() {
      if (!MessageDigest.isEqual(mac.doFinal(), expectedMac))
        return altered("the HMAC of the public options", "another HMAC over its ciphertext");
      return MessageDigest.isEqual(digest.digest(), expectedPlaintext.toBytes())
          ? Outcome.granted(true)
          : altered("the plaintext that its key packet names", "another plaintext");
    }

    private Outcome<Boolean> altered(String expected, String found) {
      return CryptCode.ALTERED.refuse(
          "encrypted layer " + layer, expected, found, "pull it again, or seal the image again");
    }

    @Override
    public void close() {
      cipher.close();
    }
  }
}
