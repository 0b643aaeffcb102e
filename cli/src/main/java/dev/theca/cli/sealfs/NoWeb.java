package dev.theca.cli.sealfs;

import java.io.IOException;
import java.net.URL;
import java.net.URLConnection;
import java.net.URLStreamHandler;

/**
 * Web addresses that lead nowhere, for a process that only mounts. The JDK makes one when it loads
 * its ciphers; to find who handles it, it would open every jar of the class path, for a tenth of a
 * second. Only for a process of one's own: it holds for all of it, and cannot be taken back.
 */
final class NoWeb extends URLStreamHandler {
  static void install() {
    URL.setURLStreamHandlerFactory(protocol -> protocol.equals("http") ? new NoWeb() : null);
  }

  @Override
  protected URLConnection openConnection(URL address) throws IOException {
    throw new IOException("a process that mounts asks nobody: " + address);
  }
}
