package dev.theca.interop.crypt;

import java.util.Arrays;
import java.util.Optional;
import org.bouncycastle.crypto.AsymmetricBlockCipher;
import org.bouncycastle.crypto.CipherParameters;
import org.bouncycastle.crypto.Digest;
import org.bouncycastle.crypto.InvalidCipherTextException;
import org.bouncycastle.crypto.digests.SHA1Digest;
import org.bouncycastle.crypto.digests.SHA256Digest;
import org.bouncycastle.crypto.encodings.OAEPEncoding;
import org.bouncycastle.crypto.params.AsymmetricKeyParameter;

/**
 * Takes OAEP padding off a number that a token has decrypted; the library does it constant-time.
 */
final class OaepPadding {
  private OaepPadding() {}

  /** Empty when it is not padded so. {@code padded} is zeroed. */
  static Optional<byte[]> remove(byte[] padded, String hash) {
    Digest digest = hash.equals("SHA-1") ? new SHA1Digest() : new SHA256Digest();
    var encoding = new OAEPEncoding(new Decrypted(padded), digest, digest, new byte[0]);
    // the encoding asks for a key and gives it to the cipher below, which needs none
    encoding.init(false, new AsymmetricKeyParameter(true));
    try {
      return Optional.of(encoding.processBlock(padded, 0, padded.length));
    } catch (InvalidCipherTextException | RuntimeException e) {
      return Optional.empty();
    } finally {
      Arrays.fill(padded, (byte) 0);
    }
  }

  /** A cipher whose work was done elsewhere. */
  private record Decrypted(byte[] padded) implements AsymmetricBlockCipher {
    @Override
    public void init(boolean forEncryption, CipherParameters parameters) {}

    @Override
    public int getInputBlockSize() {
      return padded.length;
    }

    @Override
    public int getOutputBlockSize() {
      return padded.length - 1;
    }

    @Override
    public byte[] processBlock(byte[] in, int from, int length) {
      // as RSAEngine gives it: without the leading zero byte that a good message has
      return in[from] == 0 ? Arrays.copyOfRange(in, from + 1, from + length) : in.clone();
    }
  }
}
