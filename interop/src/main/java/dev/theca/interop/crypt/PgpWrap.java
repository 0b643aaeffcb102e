package dev.theca.interop.crypt;

import dev.theca.image.ImageException;
import dev.theca.image.crypt.Annotations;
import dev.theca.image.spi.KeyWrap;
import dev.theca.wire.Outcome;
import dev.theca.wire.secret.Secret;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.security.SecureRandom;
import java.util.Date;
import java.util.HexFormat;
import java.util.List;
import org.bouncycastle.bcpg.SymmetricKeyAlgorithmTags;
import org.bouncycastle.openpgp.PGPEncryptedDataGenerator;
import org.bouncycastle.openpgp.PGPException;
import org.bouncycastle.openpgp.PGPLiteralData;
import org.bouncycastle.openpgp.PGPLiteralDataGenerator;
import org.bouncycastle.openpgp.PGPPublicKey;
import org.bouncycastle.openpgp.operator.bc.BcPGPDataEncryptorBuilder;
import org.bouncycastle.openpgp.operator.bc.BcPublicKeyKeyEncryptionMethodGenerator;

/**
 * The holders of OpenPGP keys as recipients (ocicrypt, {@code pgp}): one message for all of them,
 * AES-256, integrity protected (RFC 9580 section 5.13), binary.
 */
public final class PgpWrap implements KeyWrap {
  private final List<PGPPublicKey> keys;

  /** Keys that can encrypt, see {@link PgpKeyring#recipients}. */
  PgpWrap(List<PGPPublicKey> keys) {
    this.keys = List.copyOf(keys);
  }

  @Override
  public String annotation() {
    return Annotations.PGP;
  }

  @Override
  public Outcome<byte[]> wrap(Secret privateOptions) {
    var encryptor =
        new PGPEncryptedDataGenerator(
            new BcPGPDataEncryptorBuilder(SymmetricKeyAlgorithmTags.AES_256)
                .setWithIntegrityPacket(true)
                .setSecureRandom(new SecureRandom()));
    for (PGPPublicKey key : keys)
      encryptor.addMethod(new BcPublicKeyKeyEncryptionMethodGenerator(key));
    var out = new ByteArrayOutputStream();
    privateOptions.<Boolean, RuntimeException>lend(
        raw -> {
          try (OutputStream encrypted = encryptor.open(out, new byte[1 << 10]);
              OutputStream literal =
                  new PGPLiteralDataGenerator()
                      .open(encrypted, PGPLiteralData.BINARY, "", raw.length, new Date(0))) {
            literal.write(raw);
            return true;
          } catch (IOException | PGPException e) {
            throw new ImageException("cannot encrypt for " + recipient(), e);
          }
        });
    return Outcome.granted(out.toByteArray());
  }

  @Override
  public String recipient() {
    return "pgp "
        + String.join(
            ", ", keys.stream().map(k -> HexFormat.of().formatHex(k.getFingerprint())).toList());
  }
}
