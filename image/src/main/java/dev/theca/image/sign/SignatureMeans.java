package dev.theca.image.sign;

import dev.theca.image.spi.OpenPgp;
import dev.theca.image.spi.SimpleSignatures;
import java.util.List;

/**
 * What a policy may use: where keys named by path are read, who reads OpenPGP, and where detached
 * simple-signing signatures lie. Without OpenPGP, as in an enclave, {@code signedBy} is refused.
 */
public record SignatureMeans(
    KeyMaterial keys, OpenPgp openPgp, List<SimpleSignatures> simpleSignatures) {
  public SignatureMeans {
    simpleSignatures = List.copyOf(simpleSignatures);
  }

  /** sigstore signatures only. */
  public static SignatureMeans of(KeyMaterial keys) {
    return new SignatureMeans(keys, NoOpenPgp.INSTANCE, List.of());
  }

  public SignatureMeans withOpenPgp(OpenPgp reader, List<SimpleSignatures> stores) {
    return new SignatureMeans(keys, reader, stores);
  }
}
