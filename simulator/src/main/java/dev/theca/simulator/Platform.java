package dev.theca.simulator;

import dev.theca.enclave.EnclaveIdentity;
import dev.theca.enclave.ReportBytes;
import dev.theca.enclave.TargetInfo;
import dev.theca.evidence.EnclaveReport;
import dev.theca.forge.SgxPlatform;
import dev.theca.forge.Signer;
import dev.theca.wire.secret.AesCmac;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.KeyPair;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.security.spec.PKCS8EncodedKeySpec;
import java.security.spec.X509EncodedKeySpec;
import java.time.Instant;
import javax.crypto.KDF;
import javax.crypto.spec.HKDFParameterSpec;

/**
 * What stands for the processor: a root secret of this installation, the keys derived from it
 * (Intel SDM, "Key derivation"), and a provisioning world under a root of its own. Gives no
 * protection from root on this machine.
 */
final class Platform {
  private final byte[] reportBase;
  private final byte[] sealBase;
  private final byte[] ownerEpoch;
  private final byte[] cpuSvn;
  private final byte[] keyId = new byte[32];
  private final KeyPair rootKey;
  private final SgxPlatform world;
  private final Path rootCertificate;
  private final String name;
  private volatile SgxPlatform.Knobs knobs = SgxPlatform.Knobs.good();

  private Platform(String name, byte[] secret, KeyPair rootKey, Path rootCertificate) {
    this.name = name;
    this.rootKey = rootKey;
    this.rootCertificate = rootCertificate;
    this.reportBase = derive(secret, "report");
    this.sealBase = derive(secret, "seal");
    this.ownerEpoch = derive(secret, "owner epoch");
    this.cpuSvn = new byte[16];
    for (int i = 0; i < 16; i++) cpuSvn[i] = (byte) (i < 8 ? 5 : 1);
    new SecureRandom().nextBytes(keyId);
    byte[] fmspc = {0, (byte) 0x60, 0, 0, 0x0F, 0x51};
    this.world = new SgxPlatform(rootKey, cpuSvn, fmspc, Instant.now(), knobs);
  }

  /** Opens the installation at {@code state}, made on first use with mode 0700. */
  static Platform open(Path state, String name) throws IOException {
    Files.setPosixFilePermissions(state, PosixFilePermissions.fromString("rwx------"));
    var random = new SecureRandom();
    byte[] fresh = new byte[32];
    random.nextBytes(fresh);
    byte[] secret = keep(state.resolve("root.secret"), fresh);
    KeyPair key = rootKey(state);
    var platform = new Platform(name, secret, key, state.resolve("root.pem"));
    Files.writeString(platform.rootCertificate, platform.world.rootPem());
    return platform;
  }

  private static KeyPair rootKey(Path state) throws IOException {
    KeyPair fresh = Signer.newKey();
    Path file = state.resolve("root.key");
    byte[] privateKey = keep(file, fresh.getPrivate().getEncoded());
    byte[] publicKey = keep(state.resolve("root.pub"), fresh.getPublic().getEncoded());
    try {
      var factory = KeyFactory.getInstance("EC");
      return new KeyPair(
          factory.generatePublic(new X509EncodedKeySpec(publicKey)),
          factory.generatePrivate(new PKCS8EncodedKeySpec(privateKey)));
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("the root key at " + file + " is damaged", e);
    }
  }

  private static byte[] keep(Path file, byte[] fresh) throws IOException {
    if (Files.exists(file)) return Files.readAllBytes(file);
    Files.createFile(
        file, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
    Files.write(file, fresh);
    return fresh;
  }

  private static byte[] derive(byte[] secret, String label) {
    try {
      var parameters =
          HKDFParameterSpec.ofExtract()
              .addIKM(secret)
              .thenExpand(("theca-sim/base/" + label).getBytes(StandardCharsets.US_ASCII), 16);
      return KDF.getInstance("HKDF-SHA256").deriveData(parameters);
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("the JDK lacks HKDF", e);
    }
  }

  /** The key under which reports for one target are authenticated. */
  private byte[] reportKey(TargetInfo target) {
    var struct = ByteBuffer.allocate(192).order(ByteOrder.LITTLE_ENDIAN);
    struct
        .putShort(0, (short) 3)
        .put(8, target.attributes())
        .put(24, target.miscSelect())
        .put(28, ownerEpoch);
    struct
        .put(44, target.mrEnclave())
        .put(76, cpuSvn)
        .put(92, target.configSvn())
        .put(94, target.configId())
        .put(158, keyId);
    return AesCmac.mac(reportBase, struct.array());
  }

  /**
   * EGETKEY(SEAL) with key id zero, the current processor version and the enclave's own version:
   * for this very enclave, or for everything of its signer and product. All attributes count, so a
   * debug enclave never has the key of another.
   */
  byte[] sealKey(EnclaveIdentity enclave, boolean bySigner) {
    byte[] zero = new byte[32];
    var struct = ByteBuffer.allocate(280).order(ByteOrder.LITTLE_ENDIAN);
    var attributes =
        ByteBuffer.allocate(16)
            .order(ByteOrder.LITTLE_ENDIAN)
            .putLong(enclave.flags())
            .putLong(enclave.xfrm())
            .array();
    byte[] all = new byte[16];
    java.util.Arrays.fill(all, (byte) 0xFF);
    struct
        .putShort(0, (short) 4)
        .putShort(2, (short) (bySigner ? 2 : 1))
        .put(8, attributes)
        .put(24, all)
        .putInt(40, enclave.miscSelect())
        .put(48, ownerEpoch)
        .put(64, cpuSvn)
        .putShort(80, (short) enclave.isvSvn())
        .putShort(82, (short) enclave.isvProdId())
        .put(182, bySigner ? zero : enclave.mrEnclave())
        .put(214, bySigner ? enclave.mrSigner() : zero);
    return AesCmac.mac(sealBase, struct.array());
  }

  byte[] body(EnclaveIdentity enclave, byte[] configId, byte[] reportData) {
    return ReportBytes.body(cpuSvn, enclave, configId, reportData);
  }

  /** EREPORT. */
  byte[] report(byte[] body, TargetInfo target) {
    return ReportBytes.join(body, keyId, AesCmac.mac(reportKey(target), body));
  }

  /** EGETKEY(REPORT) of the caller, and the comparison. */
  boolean verify(byte[] report, byte[] ownBody) {
    byte[] expected =
        AesCmac.mac(
            reportKey(TargetInfo.of(EnclaveReport.read(ownBody))), ReportBytes.body(report));
    return MessageDigest.isEqual(ReportBytes.keyId(report), keyId)
        && MessageDigest.isEqual(expected, ReportBytes.mac(report));
  }

  byte[] quote(byte[] body) {
    return world.quote(body);
  }

  SgxPlatform.Documents documents() {
    return world.documents(Instant.now().minusSeconds(1), knobs);
  }

  /** Makes the collateral say something else from now on: for demonstrations and tests. */
  void turn(SgxPlatform.Knobs next) {
    knobs = next;
  }

  SgxPlatform world() {
    return world;
  }

  KeyPair rootKey() {
    return rootKey;
  }

  Path rootCertificateFile() {
    return rootCertificate;
  }

  String name() {
    return name;
  }
}
