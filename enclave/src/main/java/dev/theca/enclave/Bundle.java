package dev.theca.enclave;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyPair;
import java.time.LocalDate;

/**
 * A native enclave on disk: {@code rootfs/}, {@code launch.cbor} (what is measured beside the
 * files) and {@code sigstruct.bin} (the builder's signature over the measurement).
 */
public final class Bundle {
  public static final String ROOTFS = "rootfs";
  public static final String LAUNCH_MAP = "launch.cbor";
  public static final String SIGNATURE = "sigstruct.bin";
  public static final int AGENT_PRODUCT = 1;
  public static final int APP_PRODUCT = 2;

  private Bundle() {}

  /**
   * Measures the tree at {@code bundle/rootfs} with this map, and writes map and signature beside
   * it; returns MRENCLAVE.
   */
  public static byte[] seal(
      Path bundle, LaunchMap map, KeyPair builder, int isvProdId, int isvSvn, LocalDate date) {
    try {
      byte[] encoded = map.encode();
      byte[] measured = Measurement.of(encoded, RootfsIndex.of(bundle.resolve(ROOTFS)));
      Files.write(bundle.resolve(LAUNCH_MAP), encoded);
      Files.write(
          bundle.resolve(SIGNATURE), SigStruct.sign(measured, builder, isvProdId, isvSvn, date));
      return measured;
    } catch (IOException e) {
      throw new UncheckedIOException("cannot seal the bundle " + bundle, e);
    }
  }
}
