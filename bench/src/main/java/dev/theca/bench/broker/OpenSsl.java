package dev.theca.bench.broker;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.TimeUnit;

/**
 * What the elliptic curve alone costs on one core of this machine, by OpenSSL's own measurement.
 *
 * @param signMicros one signature, and about one new key
 */
record OpenSsl(double signMicros, double verifyMicros, double agreeMicros) {
  static OpenSsl speed() throws IOException, InterruptedException {
    var process =
        new ProcessBuilder("openssl", "speed", "-seconds", "1", "ecdsap256", "ecdhp256")
            .redirectError(ProcessBuilder.Redirect.DISCARD)
            .start();
    String text = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    process.waitFor(1, TimeUnit.MINUTES);
    double[] ecdsa = numbers(text, "ecdsa (nistp256)");
    double[] ecdh = numbers(text, "ecdh (nistp256)");
    return new OpenSsl(
        1e6 / ecdsa[ecdsa.length - 2], 1e6 / ecdsa[ecdsa.length - 1], 1e6 / ecdh[ecdh.length - 1]);
  }

  /** The numbers of a line, those with the unit of seconds (which are rounded) left out. */
  private static double[] numbers(String text, String line) throws IOException {
    String found =
        text.lines()
            .filter(l -> l.contains(line))
            .findFirst()
            .orElseThrow(() -> new IOException("openssl says no word of " + line + ": " + text));
    String after = found.substring(found.indexOf(line) + line.length());
    return java.util.Arrays.stream(after.strip().split("\\s+"))
        .filter(word -> !word.endsWith("s"))
        .mapToDouble(Double::parseDouble)
        .toArray();
  }

  /**
   * One exchange: the quote's, the quoting enclave's and the platform certificate's signature are
   * verified, the token and one head of the audit trail for each of the two commits are signed, and
   * the answer is wrapped with a fresh key.
   */
  double exchangeMicros() {
    return 3 * verifyMicros + 4 * signMicros + agreeMicros;
  }

  /** One answer to a known token: a fresh key, an agreement, and a head of the audit trail. */
  double getMicros() {
    return 2 * signMicros + agreeMicros;
  }
}
