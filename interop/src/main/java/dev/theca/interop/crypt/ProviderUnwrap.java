package dev.theca.interop.crypt;

import dev.theca.image.crypt.Annotations;
import dev.theca.image.spi.KeyUnwrap;
import dev.theca.wire.Outcome;
import dev.theca.wire.secret.Secret;
import java.util.List;

/** Has packets opened by a key provider. */
public final class ProviderUnwrap implements KeyUnwrap {
  private final String name;
  private final KeyProviderConfig.Way way;
  private final List<String> parameters;

  public ProviderUnwrap(String name, KeyProviderConfig.Way way, List<String> parameters) {
    this.name = name;
    this.way = way;
    this.parameters = List.copyOf(parameters);
  }

  @Override
  public boolean reads(String annotation) {
    return annotation.equals(Annotations.PROVIDER + name);
  }

  @Override
  public Outcome<Secret> unwrap(String annotation, byte[] packet) {
    return ProviderCall.ask(
            way, ProviderMessages.UNWRAP, ProviderMessages.unwrapInput(name, parameters, packet))
        .then(
            output -> {
              try {
                return ProviderMessages.unwrapResult(output).map(Secret::moveFrom);
              } finally {
                java.util.Arrays.fill(output, (byte) 0);
              }
            });
  }
}
