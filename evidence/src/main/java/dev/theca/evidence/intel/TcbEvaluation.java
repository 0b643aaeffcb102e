package dev.theca.evidence.intel;

import dev.theca.evidence.EnclaveReport;
import dev.theca.evidence.TcbLevel;
import dev.theca.evidence.TcbStatus;
import dev.theca.evidence.TcbVerdict;
import dev.theca.evidence.TdxQuote;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.SortedSet;
import java.util.TreeSet;

/**
 * Matches a platform with the published levels and joins platform, TDX module and quoting enclave
 * into one status (Intel's "TCB level", "convergence" and "TD relaunch" rules).
 */
final class TcbEvaluation {
  /** One evaluation: of the TCB at launch, or of the current one. */
  private record Result(
      TcbStatus status,
      Instant date,
      SortedSet<String> advisories,
      Optional<TcbLevel> level,
      String failing) {
    static Result below(String failing) {
      return new Result(
          TcbStatus.NOT_SUPPORTED, Instant.EPOCH, new TreeSet<>(), Optional.empty(), failing);
    }
  }

  private final QuoteCall.Input in;
  private final EnclaveReport qe;

  private TcbEvaluation(QuoteCall.Input in, EnclaveReport qe) {
    this.in = in;
    this.qe = qe;
  }

  static TcbVerdict of(QuoteCall.Input in, EnclaveReport qe) {
    return new TcbEvaluation(in, qe).verdict();
  }

  private TcbVerdict verdict() {
    Result launch;
    Result current;
    boolean relaunchable = false;
    int[] launchSvn = new int[0];
    if (in.quote() instanceof TdxQuote tdx) {
      launchSvn = unsigned(tdx.report().teeTcbSvn());
      launch = evaluate(launchSvn);
      relaunchable = tdx.report().hasCurrentTcb();
      current = relaunchable ? evaluate(unsigned(tdx.report().teeTcbSvn2())) : launch;
    } else {
      launch = evaluate(launchSvn);
      current = launch;
    }
    TcbStatus status = launch.status();
    if (current.status() == TcbStatus.NOT_SUPPORTED) status = TcbStatus.NOT_SUPPORTED;
    else if (relaunchable) status = relaunch(launch.status(), current.status());
    var level = launch.level();
    int[] svn = launchSvn;
    Optional<TcbLevel> nearest = level.isPresent() ? Optional.empty() : nearest(svn);
    return new TcbVerdict(
        status,
        current.status(),
        launch.date(),
        current.date(),
        launch.advisories(),
        current.advisories(),
        Math.min(in.tcbInfo().evaluationNumber(), in.identity().evaluationNumber()),
        level,
        nearest,
        launch.failing().isEmpty() ? current.failing() : launch.failing());
  }

  /** The host was updated under a running TD: launched on an old TCB, now on a good one. */
  static TcbStatus relaunch(TcbStatus launch, TcbStatus current) {
    boolean good =
        switch (current) {
          case UP_TO_DATE,
              SW_HARDENING_NEEDED,
              CONFIGURATION_NEEDED,
              CONFIGURATION_AND_SW_HARDENING_NEEDED ->
              true;
          default -> false;
        };
    if (!launch.isOutOfDate() || !good) return launch;
    return launch.needsConfiguration() || current.needsConfiguration()
        ? TcbStatus.TD_RELAUNCH_ADVISED_CONFIGURATION_NEEDED
        : TcbStatus.TD_RELAUNCH_ADVISED;
  }

  private static int[] unsigned(byte[] bytes) {
    int[] out = new int[bytes.length];
    for (int i = 0; i < bytes.length; i++) out[i] = bytes[i] & 0xFF;
    return out;
  }

  /**
   * @param tdxSvn the 16 SVNs of the TD's TCB; empty for SGX
   */
  private Result evaluate(int[] tdxSvn) {
    var level = in.tcbInfo().levels().stream().filter(l -> tooLow(l, tdxSvn).isEmpty()).findFirst();
    if (level.isEmpty())
      return Result.below(nearest(tdxSvn).map(l -> tooLow(l, tdxSvn).getFirst()).orElse(""));
    var status = level.get().status();
    Instant date = level.get().date();
    var advisories = new TreeSet<>(level.get().advisories());
    if (tdxSvn.length > 0 && tdxSvn[1] > 0) {
      var module =
          in.tcbInfo().generation(tdxSvn[1]).flatMap(m -> SvnLevel.of(m.levels(), tdxSvn[0]));
      if (module.isEmpty())
        return Result.below(
            "TDX module TDX_%02X has SVN %d, below every level".formatted(tdxSvn[1], tdxSvn[0]));
      status = status.converge(module.get().status());
      date = earlier(date, module.get().date());
      advisories.addAll(module.get().advisories());
    }
    var enclave = SvnLevel.of(in.identity().levels(), qe.isvSvn());
    if (enclave.isEmpty())
      return Result.below("quoting enclave has SVN " + qe.isvSvn() + ", below every level");
    status = status.converge(ofEnclave(enclave.get().status()));
    advisories.addAll(enclave.get().advisories());
    return new Result(status, earlier(date, enclave.get().date()), advisories, level, "");
  }

  /** Of a quoting enclave's statuses all but UpToDate and Revoked count as OutOfDate. */
  private static TcbStatus ofEnclave(TcbStatus status) {
    return switch (status) {
      case UP_TO_DATE, REVOKED -> status;
      case OUT_OF_DATE, CONFIGURATION_NEEDED, OUT_OF_DATE_CONFIGURATION_NEEDED ->
          TcbStatus.OUT_OF_DATE;
      default -> TcbStatus.NOT_SUPPORTED;
    };
  }

  private static Instant earlier(Instant a, Instant b) {
    return a.isBefore(b) ? a : b;
  }

  private Optional<TcbLevel> nearest(int[] tdxSvn) {
    return in.tcbInfo().levels().stream()
        .min(Comparator.comparingInt(l -> tooLow(l, tdxSvn).size()));
  }

  /** The components that are below a level, in words; none when the platform fits. */
  private List<String> tooLow(TcbLevel level, int[] tdxSvn) {
    var low = new java.util.ArrayList<String>(0);
    int[] svns = in.pck().svns();
    for (int i = 0; i < 16; i++)
      if (svns[i] < level.sgx().get(i))
        low.add(words("SGX component " + (i + 1), svns[i], level.sgx().get(i)));
    if (in.pck().pceSvn() < level.pceSvn())
      low.add(words("PCE", in.pck().pceSvn(), level.pceSvn()));
    if (tdxSvn.length > 0) {
      for (int i = tdxSvn[1] > 0 ? 2 : 0; i < 16; i++)
        if (tdxSvn[i] < level.tdx().get(i))
          low.add(words("TDX component " + (i + 1), tdxSvn[i], level.tdx().get(i)));
    }
    return low;
  }

  private static String words(String what, int has, int needs) {
    return what + " has SVN " + has + ", the level of this TCB needs " + needs;
  }
}
