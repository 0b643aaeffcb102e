package dev.theca.rego.builtin;

import dev.theca.rego.spi.BuiltinFault;
import dev.theca.rego.spi.Calling;
import dev.theca.rego.value.ArrayValue;
import dev.theca.rego.value.SetValue;
import dev.theca.rego.value.TextValue;
import dev.theca.rego.value.Value;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** {@code net.cidr_merge}: the fewest networks that hold the same addresses. */
final class CidrMerge {
  private static final BigInteger EMBEDDED = new BigInteger(1, new Address(new byte[4]).wide());

  private CidrMerge() {}

  /**
   * Addresses from first to last among those of 16 bytes; the network is kept where the span was
   * not joined with another.
   */
  private record Span(BigInteger first, BigInteger last, @Nullable Network network) {
    /** The last address before it, which stays where there is none of its kind. */
    BigInteger before() {
      if (first.signum() == 0) return first;
      if (!first.equals(EMBEDDED)) return first.subtract(BigInteger.ONE);
      return first;
    }
  }

  static Value merge(Calling context, Value[] a) throws BuiltinFault {
    Iterable<Value> items = a[0] instanceof ArrayValue array ? array : (SetValue) a[0];
    var spans = new ArrayList<Span>();
    for (Value item : items) {
      context.spend(64);
      spans.add(span(network(item)));
    }
    spans.sort(Comparator.comparing(Span::last).thenComparing(Span::first));
    var merged = new HashSet<Value>();
    for (Span span : joined(spans)) {
      if (span.network() != null) merged.add(Value.of(span.network().toString()));
      else split(span, merged);
    }
    return SetValue.owning(merged);
  }

  private static List<Span> joined(List<Span> spans) {
    var joined = new ArrayList<Span>();
    Span one = null;
    for (Span lower : spans.reversed()) {
      if (one != null && one.before().compareTo(lower.last()) <= 0) {
        one = new Span(lower.first().min(one.first()), one.last(), null);
        continue;
      }
      if (one != null) joined.add(one);
      one = lower;
    }
    if (one != null) joined.add(one);
    return joined;
  }

  /** An address alone stands for the network of its old class, A, B or C. */
  private static Network network(Value item) throws BuiltinFault {
    if (!(item instanceof TextValue(String text))) throw new BuiltinFault("element must be string");
    Address address = Address.parse(text);
    if (address == null) return Cidrs.network(text);
    byte[] four = address.narrow();
    if (four.length != 4) throw new BuiltinFault("IPv6 invalid: needs prefix length");
    int high = four[0] & 255;
    return new Network(four, high < 128 ? 8 : high < 192 ? 16 : 24);
  }

  private static Span span(Network network) {
    BigInteger base = network.number().length == 4 ? EMBEDDED : BigInteger.ZERO;
    return new Span(network.first().add(base), network.last().add(base), network);
  }

  /** The largest network that begins here and does not go beyond, again and again. */
  private static void split(Span span, Set<Value> into) {
    BigInteger at = span.first();
    while (at.compareTo(span.last()) <= 0) {
      int free = at.signum() == 0 ? 128 : at.getLowestSetBit();
      BigInteger count = span.last().subtract(at).add(BigInteger.ONE);
      free = Math.min(free, count.bitLength() - 1);
      into.add(Value.of(Network.of(Address.of(at, 16).bytes(), 128 - free).toString()));
      at = at.add(BigInteger.ONE.shiftLeft(free));
    }
  }
}
