package dev.theca.image.crypt;

import dev.theca.image.spi.KeyWrap;
import dev.theca.wire.Outcome;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/** Reads {@code --encryption-key} as skopeo, ctr and nerdctl write it; the first scheme decides. */
public final class Recipients {
  private final List<RecipientScheme> schemes;

  public Recipients(List<RecipientScheme> schemes) {
    this.schemes = List.copyOf(schemes);
  }

  /** The recipients of one text: one, or several where a name stands for several keys. */
  public Outcome<List<KeyWrap>> parse(String text) {
    for (RecipientScheme scheme : schemes) if (scheme.takes(text)) return scheme.recipients(text);
    int colon = text.indexOf(':');
    return CryptCode.RECIPIENT.refuse(
        "recipient",
        schemes.stream().map(RecipientScheme::form).collect(Collectors.joining(" or ")),
        colon < 0
            ? "a text without a kind"
            : "kind '" + text.substring(0, Math.min(colon, 40)) + "'",
        "name the kind of the key before its place");
  }

  /** The recipients of all texts; the first refusal ends it. */
  public Outcome<List<KeyWrap>> parse(List<String> texts) {
    var all = new ArrayList<KeyWrap>();
    for (String text : texts) {
      switch (parse(text)) {
        case Outcome.Granted<List<KeyWrap>>(var some) -> all.addAll(some);
        case Outcome.Refused<List<KeyWrap>> refused -> {
          return refused;
        }
      }
    }
    return Outcome.granted(List.copyOf(all));
  }
}
