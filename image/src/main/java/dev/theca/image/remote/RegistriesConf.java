package dev.theca.image.remote;

import dev.theca.image.ImageException;
import dev.theca.image.ImageRef;
import dev.theca.wire.Outcome;
import dev.theca.wire.toml.Toml;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Where images are pulled from: {@code registries.conf} version 2 (containers-registries.conf(5)).
 * The longest prefix that matches decides; its mirrors are asked in order, then its location. Names
 * are rewritten for pulling only: pushes go where their name says, unless that is blocked.
 *
 * <p>Unknown keys are refused; known ones that have no meaning here are named by {@link #warnings}.
 */
public final class RegistriesConf {
  /** No rule: every image is where its name says, over TLS. */
  public static final RegistriesConf NONE =
      new RegistriesConf(List.of(), List.of(), Map.of(), List.of());

  static final int MAX_BYTES = 1 << 20;

  private final List<RegistryRule> rules;
  private final List<String> searched;
  private final Map<String, String> aliases;
  private final List<String> warnings;

  RegistriesConf(
      List<RegistryRule> rules,
      List<String> searched,
      Map<String, String> aliases,
      List<String> warnings) {
    this.rules = List.copyOf(rules);
    this.searched = List.copyOf(searched);
    this.aliases = Map.copyOf(aliases);
    this.warnings = List.copyOf(warnings);
  }

  public static Outcome<RegistriesConf> parse(String toml) {
    return Toml.parse(toml).then(RegistriesConfReader::read);
  }

  /** Reads a file of at most a mebibyte. */
  public static Outcome<RegistriesConf> read(Path file) {
    try (var in = Files.newInputStream(file)) {
      byte[] bytes = in.readNBytes(MAX_BYTES + 1);
      return bytes.length > MAX_BYTES
          ? RegistriesConfReader.bad(file.toString(), "at most " + MAX_BYTES + " bytes", "more")
          : parse(new String(bytes, StandardCharsets.UTF_8));
    } catch (IOException e) {
      throw new ImageException("cannot read " + file, e);
    }
  }

  /** What was read and has no effect here. */
  public List<String> warnings() {
    return warnings;
  }

  /**
   * The full names that a name without a registry may stand for, in the order in which they are to
   * be tried. Only for users who ask for it: a short name means what the configuration says.
   */
  public Outcome<List<ImageRef>> shortName(String text) {
    int slash = text.indexOf('/');
    String first = slash < 0 ? "" : text.substring(0, slash);
    if (first.contains(".") || first.contains(":") || first.equals("localhost"))
      return ImageRef.parse(text).map(List::of);
    String bare = text.replaceFirst("[:@].*$", "");
    String alias = aliases.getOrDefault(bare, "");
    if (!alias.isEmpty())
      return ImageRef.parse(alias + text.substring(bare.length())).map(List::of);
    if (searched.isEmpty())
      return RemoteCode.BAD_REGISTRIES_CONF.no(
          "short name '" + shown(text) + "'",
          "a registry in the name, or unqualified-search-registries",
          "neither",
          "write the image's full name");
    var names = new ArrayList<ImageRef>();
    for (String registry : searched) {
      boolean library = registry.equals("docker.io") && slash < 0;
      var one = ImageRef.parse(registry + (library ? "/library/" : "/") + text);
      if (one instanceof Outcome.Refused<ImageRef> no) return no.as();
      names.add(one.orThrow());
    }
    return Outcome.granted(names);
  }

  /** The places to ask for an image, in order. */
  Outcome<List<Place>> pull(ImageRef ref) {
    var found = rule(ref);
    if (found.isEmpty()) return Outcome.granted(List.of(new Place(ref, false)));
    var rule = found.get();
    if (rule.blocked()) return blocked(ref, rule);
    var places = new ArrayList<Place>();
    for (var mirror : rule.mirrors()) {
      if (!mirror.pull().serves(ref)) continue;
      var one = moved(ref, rule, mirror.location());
      if (one instanceof Outcome.Refused<ImageRef> no) return no.as();
      places.add(new Place(one.orThrow(), mirror.insecure()));
    }
    return moved(ref, rule, rule.location())
        .map(
            last -> {
              places.add(new Place(last, rule.insecure()));
              return List.copyOf(places);
            });
  }

  /** The place to write to. */
  Outcome<Place> push(ImageRef ref) {
    var found = rule(ref);
    if (found.isEmpty()) return Outcome.granted(new Place(ref, false));
    return found.get().blocked()
        ? blocked(ref, found.get())
        : Outcome.granted(new Place(ref, found.get().insecure()));
  }

  private Optional<RegistryRule> rule(ImageRef ref) {
    String name = ref.toString();
    RegistryRule best = null;
    for (RegistryRule rule : rules)
      if (rule.covers(name) >= 0
          && (best == null || rule.prefix().length() > best.prefix().length())) best = rule;
    return Optional.ofNullable(best);
  }

  private static Outcome<ImageRef> moved(ImageRef ref, RegistryRule rule, String location) {
    if (location.isEmpty()) return Outcome.granted(ref); // "*." without a location
    String name = ref.toString();
    return ImageRef.parse(location + name.substring(rule.covers(name)));
  }

  private static <T> Outcome<T> blocked(ImageRef ref, RegistryRule rule) {
    return RemoteCode.IMAGE_REGISTRY_BLOCKED.no(
        "registry of " + ref,
        "one that the registries configuration allows",
        "blocked by the prefix '" + rule.prefix() + "'",
        "use another image, or change the configuration");
  }

  private static String shown(String text) {
    return text.length() > 200 ? text.substring(0, 200) : text;
  }
}
