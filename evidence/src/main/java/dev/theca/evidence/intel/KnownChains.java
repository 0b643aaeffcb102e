package dev.theca.evidence.intel;

import dev.theca.evidence.IntelQuote;
import dev.theca.evidence.audit.Rejected;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Chains of quotes that were parsed lately, by their exact bytes. Remembers what the bytes say, and
 * never a judgement over it: signatures, dates, revocation and trust are looked at for each quote.
 * Bounded by the bytes that are kept; what is malformed or longer than genuine chains is parsed
 * each time. Thread-safe.
 */
final class KnownChains {
  private static final int MOST_CHAIN = 16 << 10;
  private static final int LEAST_WEIGHT = 2 << 10;

  private final int mostBytes;
  private final Map<Bytes, QuoteChain> chains = new LinkedHashMap<>(16, 0.75f, true);
  private int bytes;

  /** The bytes themselves, so that nothing but the same ones is found. */
  private record Bytes(byte[] value) {
    @Override
    public boolean equals(Object other) {
      return other instanceof Bytes(byte[] theirs) && Arrays.equals(theirs, value);
    }

    @Override
    public int hashCode() {
      return Arrays.hashCode(value);
    }

    int weight() {
      return Math.max(LEAST_WEIGHT, value.length);
    }
  }

  /**
   * @param mostBytes of chains to remember; 0 for none
   */
  KnownChains(int mostBytes) {
    this.mostBytes = mostBytes;
  }

  QuoteChain of(IntelQuote quote) throws Rejected {
    byte[] data = QuoteChain.bytes(quote);
    if (data.length > MOST_CHAIN || mostBytes == 0) return QuoteChain.parse(data);
    synchronized (chains) {
      var known = chains.get(new Bytes(data));
      if (known != null) return known;
    }
    var parsed = QuoteChain.parse(data);
    keep(new Bytes(data.clone()), parsed);
    return parsed;
  }

  private void keep(Bytes data, QuoteChain parsed) {
    synchronized (chains) {
      if (chains.put(data, parsed) == null) bytes += data.weight();
      var oldest = chains.keySet().iterator();
      while (bytes > mostBytes) {
        bytes -= oldest.next().weight();
        oldest.remove();
      }
    }
  }

  /** For tests: how many are remembered. */
  int size() {
    synchronized (chains) {
      return chains.size();
    }
  }
}
