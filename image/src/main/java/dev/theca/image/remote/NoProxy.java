package dev.theca.image.remote;

import java.net.InetAddress;
import java.util.Locale;

/**
 * One item of {@code no_proxy}: {@code *}, a host with what is below it, {@code .host} for what is
 * below only, an address, a network in CIDR form; a host may have a port.
 */
final class NoProxy {
  private NoProxy() {}

  static boolean isThisMachine(String host) {
    return host.equals("localhost")
        || host.endsWith(".localhost")
        || host.matches("127\\.[0-9.]+")
        || host.equals("[::1]");
  }

  static boolean names(String item, String host, int port) {
    String rule = item.toLowerCase(Locale.ROOT);
    if (rule.isEmpty()) return false;
    if (rule.equals("*")) return true;
    if (rule.contains("/")) return network(rule, host);
    int colon = rule.lastIndexOf(':');
    if (colon > 0 && rule.indexOf(':') == colon) {
      if (!rule.substring(colon + 1).equals(Integer.toString(port))) return false;
      rule = rule.substring(0, colon);
    }
    if (rule.startsWith("*.")) rule = rule.substring(1);
    if (rule.startsWith(".")) return host.endsWith(rule);
    return host.equals(rule) || host.endsWith("." + rule) || host.equals("[" + rule + "]");
  }

  private static boolean network(String rule, String host) {
    int slash = rule.indexOf('/');
    String bare = host.startsWith("[") ? host.substring(1, host.length() - 1) : host;
    if (!rule.substring(slash + 1).matches("[0-9]{1,3}")) return false;
    try {
      // ofLiteral never asks a name server
      byte[] net = InetAddress.ofLiteral(rule.substring(0, slash)).getAddress();
      byte[] address = InetAddress.ofLiteral(bare).getAddress();
      int bits = Integer.parseInt(rule.substring(slash + 1));
      if (net.length != address.length || bits > net.length * 8) return false;
      for (int bit = 0; bit < bits; bit++) {
        int mask = 0x80 >> bit % 8;
        if ((net[bit / 8] & mask) != (address[bit / 8] & mask)) return false;
      }
      return true;
    } catch (IllegalArgumentException e) {
      return false; // a name, not an address
    }
  }
}
