package dev.theca.interop.crypt;

import dev.theca.image.crypt.AgentParameters;
import dev.theca.image.crypt.AgentUnwrap;
import dev.theca.image.crypt.AgentWrap;
import dev.theca.image.crypt.Annotations;
import dev.theca.image.crypt.CryptCode;
import dev.theca.image.crypt.KekSink;
import dev.theca.image.crypt.KekSource;
import dev.theca.wire.Outcome;
import dev.theca.wire.json.Json;
import dev.theca.wire.json.JsonArray;
import dev.theca.wire.json.JsonNull;
import dev.theca.wire.json.JsonObject;
import dev.theca.wire.json.JsonValue;
import dev.theca.wire.secret.Secret;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * What {@code provider:attestation-agent} asks for, whatever carries the question: JSON in, JSON
 * out. A named key ({@code keyid=}) is made once and serves all layers that name it; without a name
 * each layer gets a key of its own. Nothing is answered before the key is stored. Safe for several
 * threads.
 */
public final class KeyProvider implements AutoCloseable {
  private static final String NAME = "attestation-agent";
  private static final int MAX_NAMED = 256;
  private static final int MAX_PARAMETERS = 4 << 10;

  private final KekSink sink;
  private final KekSource source;
  private final boolean unwraps;
  private final AgentWrap.Form form;
  private final Map<String, AgentWrap> named = new LinkedHashMap<>();

  private KeyProvider(KekSink sink, KekSource source, boolean unwraps, AgentWrap.Form form) {
    this.sink = sink;
    this.source = source;
    this.unwraps = unwraps;
    this.form = form;
  }

  /** Encrypts only, as the field's provider does. */
  public static KeyProvider wrapping(KekSink sink, AgentWrap.Form form) {
    return new KeyProvider(
        sink,
        kid -> CryptCode.KEK.refuse("key " + kid, "a provider that opens", "one that seals", "-"),
        false,
        form);
  }

  /** Encrypts and decrypts: for tests, and for owners who check their images. */
  public static KeyProvider wrappingAndUnwrapping(
      KekSink sink, KekSource source, AgentWrap.Form form) {
    return new KeyProvider(sink, source, true, form);
  }

  /** Whether it answers {@link #unwrap} at all. */
  boolean unwraps() {
    return unwraps;
  }

  /** The answer to an {@code op} of {@code keywrap}. */
  public Outcome<byte[]> wrap(byte[] input) {
    return operation(input, "keywrap", "keywrapparams")
        .then(
            parameters -> {
              var options = ProviderBytes.read(parameters, "optsdata");
              if (options.isEmpty() || options.get().length == 0)
                return ProviderMessages.bad("private options in keywrapparams.optsdata", "none");
              try (var secret = Secret.moveFrom(options.get())) {
                return words(parameters)
                    .then(words -> wrap(words, secret))
                    .map(ProviderMessages::wrapOutput);
              }
            });
  }

  private Outcome<byte[]> wrap(String words, Secret options) {
    if (!words.contains("keyid="))
      return AgentParameters.parse(words)
          .then(parameters -> parameters.recipient(sink, form))
          .then(
              recipient -> {
                try (recipient) {
                  return recipient.wrap(options);
                }
              });
    return known(words)
        .then(
            recipient -> {
              var packet = recipient.wrap(options);
              // not closed: another layer may wait for it, and a key that was not stored is
              // nobody's
              if (!packet.isGranted()) forget(words, recipient);
              return packet;
            });
  }

  private Outcome<AgentWrap> known(String words) {
    synchronized (named) {
      AgentWrap known = named.get(words);
      if (known != null) return Outcome.granted(known);
      if (named.size() >= MAX_NAMED)
        return CryptCode.KEK.refuse(
            "named keys of this provider", "at most " + MAX_NAMED, "more", "start it again");
      return AgentParameters.parse(words)
          .then(parameters -> parameters.recipient(sink, form))
          .map(
              recipient -> {
                named.put(words, recipient);
                return recipient;
              });
    }
  }

  private void forget(String words, AgentWrap recipient) {
    synchronized (named) {
      boolean unused = named.remove(words, recipient);
    }
  }

  /** {@code ec.Parameters.attestation-agent[0]}, decoded; none is an empty text. */
  private static Outcome<String> words(JsonObject parameters) {
    var all =
        parameters
            .object("ec")
            .flatMap(ec -> ec.object("Parameters"))
            .flatMap(p -> p.get(NAME))
            .orElse(new JsonNull());
    if (all instanceof JsonNull) return Outcome.granted("");
    if (!(all instanceof JsonArray(List<JsonValue> items)) || items.size() > 1)
      return ProviderMessages.bad("one recipient of " + NAME + " at a time", "something else");
    if (items.isEmpty()) return Outcome.granted("");
    var bytes = ProviderBytes.read(items.getFirst());
    return bytes.isEmpty() || bytes.get().length > MAX_PARAMETERS
        ? ProviderMessages.bad("parameters in base64", "something else")
        : Outcome.granted(new String(bytes.get(), StandardCharsets.UTF_8));
  }

  /** The answer to an {@code op} of {@code keyunwrap}. */
  public Outcome<byte[]> unwrap(byte[] input) {
    return operation(input, "keyunwrap", "keyunwrapparams")
        .then(
            parameters -> {
              var packet = ProviderBytes.read(parameters, "annotation");
              if (packet.isEmpty() || packet.get().length == 0)
                return ProviderMessages.bad("a packet in keyunwrapparams.annotation", "none");
              return new AgentUnwrap(source).unwrap(Annotations.ATTESTATION_AGENT, packet.get());
            })
        .map(
            options -> {
              try (options) {
                return options.lend(ProviderMessages::unwrapOutput);
              }
            });
  }

  private static Outcome<JsonObject> operation(byte[] input, String op, String parameters) {
    return Json.object(input)
        .then(
            json ->
                json.string("op").orElse("").equals(op)
                    ? json.requireObject(parameters)
                    : ProviderMessages.bad("op " + op, "another"));
  }

  @Override
  public void close() {
    synchronized (named) {
      named.values().forEach(AgentWrap::close);
      named.clear();
    }
  }

  /** Zeroes an answer that held private options, after it was sent. */
  static void forget(byte[] answer) {
    Arrays.fill(answer, (byte) 0);
  }
}
