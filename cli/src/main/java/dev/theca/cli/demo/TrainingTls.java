package dev.theca.cli.demo;

import dev.theca.registry.RegistrySettings;
import dev.theca.wire.der.Pem;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;

/** A certificate for 127.0.0.1 that signs itself, made by the JDK's own tool for two days. */
record TrainingTls(Path certificate, Path key) {
  private static final String PASSWORD = "training";
  private static final String ALIAS = "registry";

  /** Makes one in a folder. */
  static TrainingTls in(Path folder) throws IOException {
    Path store = folder.resolve("tls.p12");
    Commands.run(
        Path.of(System.getProperty("java.home"), "bin/keytool").toString(),
        "-genkeypair",
        "-keystore",
        store.toString(),
        "-storetype",
        "PKCS12",
        "-storepass",
        PASSWORD,
        "-alias",
        ALIAS,
        "-keyalg",
        "EC",
        "-groupname",
        "secp256r1",
        "-dname",
        "CN=training",
        "-ext",
        "san=ip:127.0.0.1",
        "-validity",
        "2");
    try {
      var keys = KeyStore.getInstance(store.toFile(), PASSWORD.toCharArray());
      byte[] certificate = keys.getCertificate(ALIAS).getEncoded();
      byte[] key = keys.getKey(ALIAS, PASSWORD.toCharArray()).getEncoded();
      return new TrainingTls(
          Files.writeString(folder.resolve("tls.crt"), Pem.write("CERTIFICATE", certificate)),
          Files.writeString(folder.resolve("tls.key"), Pem.write("PRIVATE KEY", key)));
    } catch (GeneralSecurityException e) {
      throw new IOException("the JDK cannot read what its tool has written", e);
    }
  }

  RegistrySettings with(RegistrySettings settings) {
    return settings.withTls(certificate, key);
  }

  /** For init data: whom the agent believes beside the JDK's authorities. */
  String authority() throws IOException {
    return Files.readString(certificate);
  }
}
