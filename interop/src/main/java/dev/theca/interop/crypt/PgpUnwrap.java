package dev.theca.interop.crypt;

import dev.theca.image.crypt.Annotations;
import dev.theca.image.crypt.CryptCode;
import dev.theca.image.crypt.KeyFileReader;
import dev.theca.image.spi.KeyUnwrap;
import dev.theca.wire.Outcome;
import dev.theca.wire.secret.Secret;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.bouncycastle.openpgp.PGPEncryptedData;
import org.bouncycastle.openpgp.PGPEncryptedDataList;
import org.bouncycastle.openpgp.PGPException;
import org.bouncycastle.openpgp.PGPKeyPair;
import org.bouncycastle.openpgp.PGPLiteralData;
import org.bouncycastle.openpgp.PGPPrivateKey;
import org.bouncycastle.openpgp.PGPPublicKeyEncryptedData;
import org.bouncycastle.openpgp.PGPSecretKey;
import org.bouncycastle.openpgp.PGPSecretKeyRing;
import org.bouncycastle.openpgp.PGPUtil;
import org.bouncycastle.openpgp.bc.BcPGPObjectFactory;
import org.bouncycastle.openpgp.bc.BcPGPSecretKeyRingCollection;
import org.bouncycastle.openpgp.operator.bc.BcPBESecretKeyDecryptorBuilder;
import org.bouncycastle.openpgp.operator.bc.BcPGPDigestCalculatorProvider;
import org.bouncycastle.openpgp.operator.bc.BcPublicKeyDataDecryptorFactory;

/**
 * Opens OpenPGP messages, binary or armoured, with exported secret keys. Messages without integrity
 * protection are refused: anybody could have changed them.
 */
public final class PgpUnwrap implements KeyUnwrap {
  private static final int MAX_TRIES = 64;
  private static final int MAX_PLAIN = 4 << 10;

  private final List<PGPKeyPair> keys;

  private PgpUnwrap(List<PGPKeyPair> keys) {
    this.keys = List.copyOf(keys);
  }

  /** Secret keyrings, with the password that all of their keys have. */
  public static KeyFileReader files() {
    return (file, password) ->
        file.lend(
            bytes ->
                password.lend(
                    word -> {
                      char[] chars = chars(word);
                      try {
                        return read(bytes, chars).map(keys -> List.of(new PgpUnwrap(keys)));
                      } finally {
                        Arrays.fill(chars, '\0');
                      }
                    }));
  }

  private static char[] chars(byte[] utf8) {
    CharBuffer decoded = StandardCharsets.UTF_8.decode(ByteBuffer.wrap(utf8));
    char[] chars = new char[decoded.remaining()];
    decoded.get(chars);
    Arrays.fill(decoded.array(), '\0');
    return chars;
  }

  private static Outcome<List<PGPKeyPair>> read(byte[] file, char[] password) {
    var keys = new ArrayList<PGPKeyPair>();
    int locked = 0;
    try (var in = PGPUtil.getDecoderStream(new ByteArrayInputStream(file))) {
      for (PGPSecretKeyRing ring : new BcPGPSecretKeyRingCollection(in)) {
        for (PGPSecretKey key : ring) {
          try {
            var decryptor =
                new BcPBESecretKeyDecryptorBuilder(new BcPGPDigestCalculatorProvider())
                    .build(password);
            PGPPrivateKey opened = key.extractPrivateKey(decryptor);
            if (opened != null) keys.add(new PGPKeyPair(key.getPublicKey(), opened));
          } catch (PGPException e) {
            locked++;
          }
        }
      }
    } catch (IOException | PGPException | RuntimeException e) {
      return badFile("exported secret keys", "something else");
    }
    if (!keys.isEmpty()) return Outcome.granted(keys);
    return locked > 0
        ? badFile("the password of its keys", "another, or none")
        : badFile("at least one secret key", "none");
  }

  private static <T> Outcome<T> badFile(String expected, String found) {
    return CryptCode.KEY_FILE.refuse(
        "OpenPGP keyring", expected, found, "export it with gpg --export-secret-keys");
  }

  @Override
  public boolean reads(String annotation) {
    return annotation.equals(Annotations.PGP);
  }

  @Override
  public Outcome<Secret> unwrap(String annotation, byte[] packet) {
    for (PGPKeyPair key : keys) {
      try {
        var opened = open(packet, key);
        if (opened.length > 0) return Outcome.granted(Secret.moveFrom(opened));
      } catch (IOException | PGPException | RuntimeException e) {
        continue; // the library says with many exceptions that this is not for the key
      }
    }
    return CryptCode.PACKET.refuse(
        "OpenPGP packet",
        "a protected message for one of " + keys.size() + " keys",
        "another key's, or altered bytes",
        "seal the image again");
  }

  /** The message is read anew for each key, because reading it consumes it; it is small. */
  private static byte[] open(byte[] packet, PGPKeyPair key) throws IOException, PGPException {
    var in = PGPUtil.getDecoderStream(new ByteArrayInputStream(packet));
    Object first = new BcPGPObjectFactory(in).nextObject();
    if (!(first instanceof PGPEncryptedDataList list)) return new byte[0];
    int tries = 0;
    for (PGPEncryptedData item : list) {
      if (!(item instanceof PGPPublicKeyEncryptedData data) || ++tries > MAX_TRIES) continue;
      if (data.getKeyIdentifier().getKeyId() != key.getKeyID()
          && data.getKeyIdentifier().getKeyId() != 0) continue;
      if (!data.isIntegrityProtected()) continue;
      try (InputStream plain = data.getDataStream(new BcPublicKeyDataDecryptorFactory(key))) {
        if (!(new BcPGPObjectFactory(plain).nextObject() instanceof PGPLiteralData literal))
          continue;
        byte[] bytes = literal.getInputStream().readNBytes(MAX_PLAIN + 1);
        if (bytes.length <= MAX_PLAIN && data.verify()) return bytes;
        Arrays.fill(bytes, (byte) 0);
      }
    }
    return new byte[0];
  }
}
