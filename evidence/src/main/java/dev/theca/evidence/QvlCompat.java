package dev.theca.evidence;

import dev.theca.evidence.curve.Ecdsa;
import dev.theca.evidence.intel.QvlCase;
import dev.theca.evidence.pki.Signatures;
import java.time.Instant;
import java.util.Optional;

/**
 * What Intel's Quote Verification Library would answer, number by number, white space and all: its
 * four calls over one set of inputs, each judged by itself. For comparison with other verifiers,
 * not for trust; {@link Verifier} is for trust. Safe for many threads.
 */
public final class QvlCompat {
  private static final int TABLES = 24;
  private static final int LINKS = 256;

  private final QvlCase calls = new QvlCase(new Signatures(new Ecdsa(TABLES), LINKS));

  /** With tables and links of its own. */
  public QvlCompat() {}

  /**
   * The inputs as files hold them: chains and the trusted root in PEM, lists in DER, documents as
   * bytes.
   */
  public record Input(
      byte[] quote,
      String pckChain,
      byte[] tcbInfo,
      byte[] qeIdentity,
      byte[] rootCrl,
      byte[] pckCrl,
      String signingChain,
      String trustedRoot,
      Instant at) {}

  /**
   * The status numbers of the calls for the PCK chain, the TCB info, the QE identity and the quote,
   * 0 for good; and the TCB where the quote's call came so far.
   */
  public record Result(
      int pckChain, int tcbInfo, int qeIdentity, int quote, Optional<TcbVerdict> tcb) {
    /** Whether dates and advisories mean something, which they do not below every level. */
    public boolean hasDetails() {
      return tcb.isPresent() && tcb.get().status() != TcbStatus.NOT_SUPPORTED;
    }
  }

  /** Judges one case. */
  public Result judge(Input input) {
    return calls.judge(input);
  }
}
