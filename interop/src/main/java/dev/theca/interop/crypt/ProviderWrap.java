package dev.theca.interop.crypt;

import dev.theca.image.crypt.Annotations;
import dev.theca.image.spi.KeyWrap;
import dev.theca.wire.Outcome;
import dev.theca.wire.secret.Secret;
import java.util.Arrays;
import java.util.List;

/** Whoever a key provider serves as recipient; the provider gets the layer's private options. */
public final class ProviderWrap implements KeyWrap {
  private final String name;
  private final KeyProviderConfig.Way way;
  private final List<String> parameters;

  public ProviderWrap(String name, KeyProviderConfig.Way way, List<String> parameters) {
    this.name = name;
    this.way = way;
    this.parameters = List.copyOf(parameters);
  }

  @Override
  public String annotation() {
    return Annotations.PROVIDER + name;
  }

  @Override
  public Outcome<byte[]> wrap(Secret privateOptions) {
    byte[] input = privateOptions.lend(raw -> ProviderMessages.wrapInput(name, parameters, raw));
    try {
      return ProviderCall.ask(way, ProviderMessages.WRAP, input).then(ProviderMessages::wrapResult);
    } finally {
      Arrays.fill(input, (byte) 0);
    }
  }

  @Override
  public String recipient() {
    return "provider " + name;
  }
}
