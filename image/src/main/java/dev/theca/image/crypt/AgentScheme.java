package dev.theca.image.crypt;

import dev.theca.image.spi.KeyUnwrap;
import dev.theca.image.spi.KeyWrap;
import dev.theca.wire.Outcome;
import java.util.List;

/**
 * {@code provider:attestation-agent[:PARAMETERS]} without a provider process: keys go to a {@link
 * KekSink} and come from a {@link KekSource} in this process.
 */
public final class AgentScheme {
  private static final String NAME = "provider:attestation-agent";
  private static final String FORM = NAME + "[:keyid=URI[::keypath=FILE]]";

  private AgentScheme() {}

  public static RecipientScheme recipients(KekSink sink, AgentWrap.Form form) {
    return new RecipientScheme() {
      @Override
      public String form() {
        return FORM;
      }

      @Override
      public boolean takes(String text) {
        return AgentScheme.takes(text);
      }

      @Override
      public Outcome<List<KeyWrap>> recipients(String text) {
        return AgentParameters.parse(text.substring(Math.min(text.length(), NAME.length() + 1)))
            .then(parameters -> parameters.recipient(sink, form))
            .map(List::of);
      }
    };
  }

  /** The parameters of decryption name a KBS client of the field and are not read. */
  public static DecryptionKeyScheme keys(KekSource source) {
    return new DecryptionKeyScheme() {
      @Override
      public String form() {
        return NAME;
      }

      @Override
      public boolean takes(String text) {
        return AgentScheme.takes(text);
      }

      @Override
      public Outcome<List<KeyUnwrap>> keys(String text) {
        return Outcome.granted(List.of(new AgentUnwrap(source)));
      }
    };
  }

  private static boolean takes(String text) {
    return text.equals(NAME) || text.startsWith(NAME + ":");
  }
}
