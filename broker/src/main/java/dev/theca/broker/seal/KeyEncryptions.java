package dev.theca.broker.seal;

import dev.theca.broker.spi.KeyEncryption;
import dev.theca.broker.spi.KeyEncryptionProvider;
import java.net.URI;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.ServiceLoader;
import java.util.Set;
import java.util.TreeSet;

/**
 * Opens the key-encryption key that a configuration names: kinds {@code file} (path), {@code
 * pkcs11} (module, token or slot or slot-index, key, pin-file, create), {@code transit} (address,
 * key, token-file, mount, namespace, roots, derived), and those of {@link KeyEncryptionProvider}s.
 */
public final class KeyEncryptions {
  private static final Map<String, Set<String>> KINDS =
      Map.of(
          "file", Set.of("path"),
          "pkcs11", Set.of("module", "token", "slot", "slot-index", "key", "pin-file", "create"),
          "transit",
              Set.of("address", "key", "token-file", "mount", "namespace", "roots", "derived"));

  private KeyEncryptions() {}

  /**
   * Opens it.
   *
   * @param create whether a missing key may be made: only when nothing was sealed yet
   */
  public static KeyEncryption open(String kind, Map<String, String> settings, boolean create) {
    var given = new Settings(kind, settings);
    return switch (kind) {
      case "file" -> {
        given.allow(settings(kind));
        Path path = Path.of(given.need("path"));
        yield create ? FileKey.openOrCreate(path) : FileKey.open(path);
      }
      case "pkcs11" -> {
        given.allow(settings(kind));
        yield TokenKey.open(
            new TokenSettings(
                Path.of(given.need("module")),
                token(given),
                given.need("key"),
                Path.of(given.need("pin-file")),
                create && given.flag("create")));
      }
      case "transit" -> {
        given.allow(settings(kind));
        yield TransitKey.open(transit(given));
      }
      default -> provided(kind, settings);
    };
  }

  /** What a kind of ours may be told; empty for the kinds of providers, which know themselves. */
  public static Set<String> settings(String kind) {
    return KINDS.getOrDefault(kind, Set.of());
  }

  private static TokenSettings.Token token(Settings given) {
    if (given.maybe("token").isPresent())
      return new TokenSettings.Token.Labelled(given.need("token"));
    if (given.maybe("slot").isPresent()) return new TokenSettings.Token.Slot(given.number("slot"));
    return new TokenSettings.Token.SlotIndex((int) given.number("slot-index"));
  }

  private static TransitSettings transit(Settings given) {
    var base =
        TransitSettings.of(
            URI.create(given.need("address")),
            given.need("key"),
            Path.of(given.need("token-file")));
    return new TransitSettings(
        base.address(),
        given.maybe("mount").orElse(base.mount()),
        base.key(),
        base.tokenFile(),
        given.maybe("namespace"),
        given.maybe("roots").map(Path::of),
        given.flag("derived")
            ? TransitSettings.Binding.DERIVED_CONTEXT
            : TransitSettings.Binding.ASSOCIATED_DATA,
        base.timeout(),
        base.pauses());
  }

  private static KeyEncryption provided(String kind, Map<String, String> settings) {
    var known = new TreeSet<>(KINDS.keySet());
    for (var provider : ServiceLoader.load(KeyEncryptionProvider.class)) {
      if (provider.scheme().equals(kind)) return provider.open(settings);
      known.add(provider.scheme());
    }
    throw new SealFault(
        "no key-encryption key of kind " + kind + "; there are " + String.join(", ", known));
  }

  private record Settings(String kind, Map<String, String> given) {
    void allow(Set<String> names) {
      var unknown = new TreeSet<>(given.keySet());
      unknown.removeAll(names);
      if (!unknown.isEmpty())
        throw new SealFault("unknown settings of kind " + kind + ": " + String.join(", ", unknown));
    }

    Optional<String> maybe(String name) {
      return Optional.ofNullable(given.get(name));
    }

    String need(String name) {
      return maybe(name)
          .orElseThrow(() -> new SealFault("kind " + kind + " needs the setting " + name));
    }

    long number(String name) {
      String text = need(name);
      if (!text.matches("[0-9]{1,18}"))
        throw new SealFault("setting " + name + " is a number, not " + text);
      return Long.parseLong(text);
    }

    boolean flag(String name) {
      String text = maybe(name).orElse("false");
      if (!text.equals("true") && !text.equals("false"))
        throw new SealFault("setting " + name + " is true or false, not " + text);
      return text.equals("true");
    }
  }
}
