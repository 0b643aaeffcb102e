package dev.theca.broker;

import com.amazon.corretto.crypto.provider.AmazonCorrettoCryptoProvider;
import java.security.Security;

/** Faster arithmetic for elliptic curves, where this machine has it; without, the JDK's. */
final class Accelerated {
  private Accelerated() {}

  /** Puts the provider before all others; whether it works here. */
  static boolean install() {
    try {
      AmazonCorrettoCryptoProvider.install();
      AmazonCorrettoCryptoProvider.INSTANCE.assertHealthy();
      return true;
    } catch (RuntimeException | LinkageError e) {
      Security.removeProvider(AmazonCorrettoCryptoProvider.PROVIDER_NAME);
      System.err.println("stage=start crypto=jdk reason=\"" + e.getClass().getSimpleName() + "\"");
      return false;
    }
  }
}
