package dev.theca.broker.http;

import dev.theca.wire.Outcome;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.util.ArrayList;
import java.util.List;

/** The addresses of a front, judged before anything is bound. */
final class Listen {
  private Listen() {}

  static Outcome<List<InetSocketAddress>> addresses(FrontConfig config) {
    var addresses = new ArrayList<InetSocketAddress>();
    for (String text : config.listen()) {
      var parsed = parse(text);
      if (!(parsed instanceof Outcome.Granted<InetSocketAddress>(var address)))
        return ((Outcome.Refused<InetSocketAddress>) parsed).as();
      boolean plain = config.tls().isEmpty() && !address.getAddress().isLoopbackAddress();
      if (plain && !config.insecureHttp())
        return Outcome.refused(
            HttpCode.PLAIN_HTTP_REFUSED,
            "listen address " + text,
            "loopback, or TLS",
            "reachable by others, without TLS",
            "give a certificate and a key, or name it: insecure_http = true");
      addresses.add(address);
    }
    return addresses.isEmpty() ? refused("none") : Outcome.granted(List.copyOf(addresses));
  }

  private static Outcome<InetSocketAddress> parse(String text) {
    int colon = text.lastIndexOf(':');
    if (colon < 1 || !text.substring(colon + 1).matches("[0-9]{1,5}")) return refused(text);
    int port = Integer.parseInt(text.substring(colon + 1));
    String host = text.substring(0, colon);
    boolean bracketed = host.startsWith("[") && host.endsWith("]");
    if (port > 65535 || !bracketed && host.indexOf(':') >= 0) return refused(text);
    try {
      return Outcome.granted(new InetSocketAddress(InetAddress.getByName(host), port));
    } catch (UnknownHostException e) {
      return refused(text);
    }
  }

  private static <T> Outcome<T> refused(String found) {
    return Outcome.refused(
        HttpCode.BAD_LISTEN_ADDRESS,
        "listen address",
        "host:port or [v6]:port",
        found,
        "correct the configuration");
  }
}
