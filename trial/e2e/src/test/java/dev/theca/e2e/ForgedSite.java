package dev.theca.e2e;

import dev.theca.collateral.DirectorySource;
import dev.theca.evidence.Channel;
import dev.theca.evidence.IntelCollateral;
import dev.theca.evidence.PlatformModel;
import dev.theca.evidence.SgxQuote;
import dev.theca.forge.SgxPlatform;
import dev.theca.forge.Signer;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Arrays;

/** A platform under a root of its own, and its collateral in a folder as {@code theca} reads it. */
final class ForgedSite {
  static final byte[] MEASUREMENT = new byte[32];

  static {
    Arrays.fill(MEASUREMENT, (byte) 0x77);
  }

  final SgxPlatform platform;
  final PlatformModel model;
  final Path folder;
  final Path rootFile;

  ForgedSite(Path place, Instant now, SgxPlatform.Knobs knobs) throws IOException {
    platform =
        new SgxPlatform(Signer.newKey(), new byte[16], new byte[] {0, 1, 2, 3, 4, 5}, now, knobs);
    folder = Files.createDirectories(place.resolve("collateral"));
    rootFile = Files.write(place.resolve("root.der"), platform.rootCertificate());
    model = SgxQuote.parse(quote(new byte[64])).orThrow().platform().orThrow();
    var d = platform.documents(now, knobs);
    new DirectorySource(folder)
        .write(
            model,
            Channel.STANDARD,
            new IntelCollateral(
                d.tcbInfo(),
                d.tcbChain(),
                d.qeIdentity(),
                d.qeChain(),
                d.pckCrl(),
                d.pckCrlChain(),
                d.rootCrl()));
  }

  /** A quote of a production enclave with the fixed measurement. */
  byte[] quote(byte[] reportData) {
    var body = ByteBuffer.allocate(384).order(ByteOrder.LITTLE_ENDIAN);
    body.putLong(48, 5).putLong(56, 3).put(64, MEASUREMENT);
    return platform.quote(body.put(320, Arrays.copyOf(reportData, 64)).array());
  }
}
