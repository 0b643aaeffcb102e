package dev.theca.collateral;

import dev.theca.evidence.Channel;
import dev.theca.evidence.CollateralSource;
import dev.theca.evidence.IntelCollateral;
import dev.theca.evidence.PlatformModel;
import dev.theca.evidence.SnpEndorsement;
import dev.theca.evidence.SnpKey;
import dev.theca.wire.Outcome;
import dev.theca.wire.Refusal;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;

/** Asks one source after another; the first that has an answer gives it. */
public record FirstOf(List<CollateralSource> sources) implements CollateralSource {
  public FirstOf {
    sources = List.copyOf(sources);
  }

  @Override
  public Outcome<IntelCollateral> intel(PlatformModel model, Channel channel) {
    return first(source -> source.intel(model, channel));
  }

  @Override
  public Outcome<SnpEndorsement> snp(SnpKey key) {
    return first(source -> source.snp(key));
  }

  private <T> Outcome<T> first(Function<CollateralSource, Outcome<T>> question) {
    var reasons = new ArrayList<Refusal>();
    for (CollateralSource source : sources) {
      switch (question.apply(source)) {
        case Outcome.Granted<T> granted -> {
          return granted;
        }
        case Outcome.Refused<T>(var why) -> reasons.addAll(why);
      }
    }
    return reasons.isEmpty()
        ? CollateralSource.missing("collateral", "a source", "none")
        : Outcome.refused(reasons);
  }
}
