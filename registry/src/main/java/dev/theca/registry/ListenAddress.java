package dev.theca.registry;

import dev.theca.wire.Code;
import dev.theca.wire.Outcome;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;

/** Where a registry listens: loopback, or elsewhere with TLS or with the insecure flag. */
final class ListenAddress {
  private ListenAddress() {}

  static Outcome<InetSocketAddress> of(RegistrySettings settings) {
    String text = settings.listen();
    int colon = text.lastIndexOf(':');
    String port = text.substring(colon + 1);
    if (colon <= 0 || !port.matches("[0-9]{1,5}") || Integer.parseInt(port) > 65535)
      return wrong("ADDRESS:PORT", text, "write for example 127.0.0.1:5000");
    String host = text.substring(0, colon);
    if (!host.matches("[0-9.]+|\\[[0-9a-fA-F:.]+\\]|localhost"))
      return wrong("an IP address or localhost", text, "write the address of an interface");
    try {
      var address = InetAddress.getByName(host);
      if (!address.isLoopbackAddress() && settings.tls().isEmpty() && !settings.insecure())
        return wrong(
            "loopback, or TLS",
            text + " without TLS",
            "name a certificate and a key, or say --insecure-http: then anybody on the way reads"
                + " and changes what is pushed");
      return Outcome.granted(new InetSocketAddress(address, Integer.parseInt(port)));
    } catch (UnknownHostException e) {
      return wrong("an IP address or localhost", text, "write the address of an interface");
    }
  }

  private static <T> Outcome<T> wrong(String expected, String found, String next) {
    return Outcome.refused(
        Code.of("registry-listen"), "listen address", expected, "'" + found + "'", next);
  }
}
