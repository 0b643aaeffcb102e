package dev.theca.image.crypt;

import dev.theca.image.spi.KeyUnwrap;
import dev.theca.wire.Outcome;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/**
 * Reads {@code --decryption-key} as skopeo, ctr and nerdctl write it: {@code
 * FILE[:PASSWORD|:pass=..|:file=..|:fd=..]} or {@code provider:...}; the first scheme that takes a
 * text decides.
 */
public final class DecryptionKeys {
  private final List<DecryptionKeyScheme> schemes;

  /**
   * @param files what a key file may hold; each reader is asked
   */
  public DecryptionKeys(List<DecryptionKeyScheme> schemes, List<KeyFileReader> files) {
    var all = new ArrayList<>(schemes);
    all.add(new KeyFileScheme(files));
    this.schemes = List.copyOf(all);
  }

  public Outcome<List<KeyUnwrap>> parse(String text) {
    for (DecryptionKeyScheme scheme : schemes) if (scheme.takes(text)) return scheme.keys(text);
    return CryptCode.KEY_FILE.refuse(
        "decryption key",
        schemes.stream().map(DecryptionKeyScheme::form).collect(Collectors.joining(" or ")),
        "a key provider that is not configured",
        "configure the provider, or give a key file");
  }

  /** The keys of all texts; the first refusal ends it. */
  public Outcome<List<KeyUnwrap>> parse(List<String> texts) {
    var all = new ArrayList<KeyUnwrap>();
    for (String text : texts) {
      switch (parse(text)) {
        case Outcome.Granted<List<KeyUnwrap>>(var some) -> all.addAll(some);
        case Outcome.Refused<List<KeyUnwrap>> refused -> {
          return refused;
        }
      }
    }
    return Outcome.granted(List.copyOf(all));
  }
}
