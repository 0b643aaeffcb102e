package dev.theca.broker.http;

import java.io.IOException;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.X509Certificate;
import javax.net.ssl.KeyManager;
import javax.net.ssl.KeyManagerFactory;

/** A server's certificate chain and key as TLS wants them. */
public final class ServerIdentity {
  private ServerIdentity() {}

  /** Reads both PEM files now; a fault when they do not belong together. */
  public static KeyManager[] of(Path certificate, Path key)
      throws IOException, GeneralSecurityException {
    var identity = PemIdentity.read(certificate, key);
    var keys = KeyManagerFactory.getInstance("PKIX");
    char[] none = new char[0];
    var store = emptyStore();
    store.setKeyEntry(
        "server", identity.key(), none, identity.chain().toArray(X509Certificate[]::new));
    keys.init(store, none);
    return keys.getKeyManagers();
  }

  static KeyStore emptyStore() throws IOException, GeneralSecurityException {
    var store = KeyStore.getInstance("PKCS12");
    store.load(null, null);
    return store;
  }
}
