package dev.theca.broker.http;

import dev.theca.wire.Outcome;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;

/**
 * Whose request it is: the peer's address, or, when the peer is a trusted proxy, the last address
 * of {@code X-Forwarded-For} that is not one (each proxy appends the peer it saw; what stands left
 * of that was said by the client).
 */
final class ClientAddress {
  private record Block(byte[] network, int bits) {
    boolean holds(byte[] address) {
      if (address.length != network.length) return false;
      for (int bit = 0; bit < bits; bit++) {
        int mask = 0x80 >> bit % 8;
        if ((address[bit / 8] & mask) != (network[bit / 8] & mask)) return false;
      }
      return true;
    }
  }

  private static final Pattern V4 = Pattern.compile("[0-9]{1,3}(\\.[0-9]{1,3}){3}");
  private static final Pattern V6 = Pattern.compile("[0-9a-fA-F:.]{2,45}");

  private final List<Block> trusted;

  private ClientAddress(List<Block> trusted) {
    this.trusted = trusted;
  }

  static Outcome<ClientAddress> of(List<String> trustedProxies) {
    var blocks = new ArrayList<Block>();
    for (String text : trustedProxies) {
      int slash = text.indexOf('/');
      byte[] network = literal(slash < 0 ? text : text.substring(0, slash));
      int bits = bits(slash < 0 ? "" : text.substring(slash + 1), network.length * 8, slash < 0);
      if (network.length == 0 || bits < 0)
        return Outcome.refused(
            HttpCode.BAD_LISTEN_ADDRESS,
            "trusted proxy",
            "an address or a block such as 10.0.0.0/8",
            text,
            "correct the list of trusted proxies");
      blocks.add(new Block(network, bits));
    }
    return Outcome.granted(new ClientAddress(List.copyOf(blocks)));
  }

  private static int bits(String text, int most, boolean whole) {
    if (whole) return most;
    if (!text.matches("[0-9]{1,3}")) return -1;
    int bits = Integer.parseInt(text);
    return bits <= most ? bits : -1;
  }

  /** The bytes of an address that is written as one; never asks a name server. Empty for others. */
  static byte[] literal(String text) {
    String bare = text.startsWith("[") && text.endsWith("]") ? strip(text) : text;
    boolean v4 = V4.matcher(bare).matches();
    boolean v6 = !v4 && bare.indexOf(':') >= 0 && V6.matcher(bare).matches();
    if (!v4 && !v6) return new byte[0];
    try {
      return InetAddress.getByName(bare).getAddress(); // a literal: nothing is resolved
    } catch (UnknownHostException e) {
      return new byte[0];
    }
  }

  private static String strip(String text) {
    return text.substring(1, text.length() - 1);
  }

  private boolean isTrusted(String address) {
    byte[] bytes = literal(address);
    return trusted.stream().anyMatch(b -> b.holds(bytes));
  }

  String of(String peer, List<String> forwardedFor) {
    if (trusted.isEmpty() || forwardedFor.isEmpty() || !isTrusted(peer)) return peer;
    String[] hops = String.join(",", forwardedFor).split(",");
    String nearest = peer;
    for (int i = hops.length - 1; i >= 0; i--) {
      String hop = hops[i].strip();
      if (literal(hop).length == 0) return nearest; // not an address: believe no further
      nearest = hop;
      if (!isTrusted(hop)) return hop;
    }
    return nearest;
  }
}
