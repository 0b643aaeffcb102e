package dev.theca.bench.micro;

import dev.theca.evidence.curve.Curve;
import dev.theca.evidence.curve.EcKey;
import dev.theca.evidence.curve.Ecdsa;
import dev.theca.evidence.curve.EcdsaEngine;
import dev.theca.evidence.curve.ProviderEcdsa;
import java.security.GeneralSecurityException;
import java.security.KeyPairGenerator;
import java.security.Provider;
import java.security.Signature;
import java.security.spec.ECGenParameterSpec;
import java.util.Arrays;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;

/** One verification of one signature: our arithmetic beside the providers'. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
public class EcdsaMicro {
  private static final String ACCELERATOR =
      "com.amazon.corretto.crypto.provider.AmazonCorrettoCryptoProvider";

  @Param({"P-256", "P-384"})
  public String curve = "P-256";

  @Param({"ours, new key", "ours, known key", "JDK", "accelerator"})
  public String engine = "JDK";

  private EcdsaEngine verifier = ProviderEcdsa.ofJdk();
  private Optional<EcKey> key = Optional.empty();
  private final byte[] hash = new byte[48];
  private byte[] signature = new byte[0];

  /** For the harness. */
  public EcdsaMicro() {}

  /** A fresh key and its signature. */
  @Setup(Level.Trial)
  public void prepare() throws GeneralSecurityException {
    boolean small = curve.equals("P-256");
    var maker = KeyPairGenerator.getInstance("EC");
    maker.initialize(new ECGenParameterSpec(small ? "secp256r1" : "secp384r1"));
    var pair = maker.generateKeyPair();
    var signer = Signature.getInstance("NONEwithECDSAinP1363Format");
    signer.initSign(pair.getPrivate());
    signer.update(hash, 0, small ? 32 : 48);
    signature = signer.sign();
    byte[] spki = pair.getPublic().getEncoded();
    var on = small ? Curve.P256 : Curve.P384;
    key = EcKey.of(on, Arrays.copyOfRange(spki, spki.length - 2 * on.bytes, spki.length));
    verifier = engine();
  }

  private EcdsaEngine engine() {
    return switch (engine) {
      case "ours, new key" -> new Ecdsa(0);
      case "ours, known key" -> new Ecdsa(8);
      case "JDK" -> ProviderEcdsa.ofJdk();
      default -> ProviderEcdsa.of(accelerator());
    };
  }

  private static Provider accelerator() {
    try {
      return (Provider) Class.forName(ACCELERATOR).getDeclaredConstructor().newInstance();
    } catch (ReflectiveOperationException e) {
      throw new IllegalStateException("the accelerator is not on the class path", e);
    }
  }

  /** Whether it is good: it always is. */
  @Benchmark
  public boolean verify() {
    boolean good = verifier.verify(key.orElseThrow(), digest(), signature);
    if (!good) throw new IllegalStateException("a good signature was refused");
    return good;
  }

  private byte[] digest() {
    return curve.equals("P-256") ? Arrays.copyOf(hash, 32) : hash;
  }
}
